//! Gets, inserts and removals of a cache.
//!
//! | Metric | Type | Labels | Counts |
//! |---|---|---|---|
//! | `cache_get_total` | counter | cache | gets: hits, misses and fails together |
//! | `cache_get_hits_total` | counter | cache | gets that found an entry |
//! | `cache_get_misses_total` | counter | cache | gets that found none |
//! | `cache_get_fail_total` | counter | cache | gets whose cache, or load, failed, panicked or was given up |
//! | `cache_inserts_total` | counter | cache | entries inserted or replaced |
//! | `cache_invalidations_total` | counter | cache | entries that the app took out |
//! | `cache_evictions_total` | counter | cache, cause: `expired`, `size` | entries that the cache took out |
//! | `cache_entries` | gauge | cache | entries |
//! | `cache_weighted_size` | gauge | cache | what they weigh together, where they have a weight |
//!
//! [`CacheMetrics`] counts for any cache. With the feature `moka`, `MeteredCache` and
//! `MeteredFutureCache` do it for moka's. With the feature `periodic`, which is on with it, the gauges
//! are collected by `CacheSizes`, of any cache that implements `CacheSize`.

#[cfg(feature = "moka")]
mod future;
#[cfg(feature = "moka")]
mod get;
mod metrics;
mod names;
#[cfg(feature = "periodic")]
mod size;
#[cfg(feature = "moka")]
mod sync;

pub use self::metrics::{CacheMetrics, Eviction};
#[cfg(feature = "periodic")]
pub use self::size::{CacheSize, CacheSizes};
#[cfg(feature = "moka")]
pub use self::{future::MeteredFutureCache, sync::MeteredCache};
