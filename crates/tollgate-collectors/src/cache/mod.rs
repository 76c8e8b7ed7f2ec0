//! Gets, inserts and removals of a cache.
//!
//! | Metric | Type | Labels | Counts |
//! |---|---|---|---|
//! | `cache_get_total` | counter | cache | gets: hits, misses and fails together |
//! | `cache_get_hits_total` | counter | cache | gets that found an entry |
//! | `cache_get_misses_total` | counter | cache | gets that found no entry |
//! | `cache_get_fail_total` | counter | cache | gets whose cache or load failed, panicked or was dropped |
//! | `cache_inserts_total` | counter | cache | entries inserted or replaced |
//! | `cache_invalidations_total` | counter | cache | entries removed by the app |
//! | `cache_evictions_total` | counter | cache, cause: `expired`, `size` | entries removed by the cache |
//! | `cache_entries` | gauge | cache | entries |
//! | `cache_weighted_size` | gauge | cache | total weight of the entries, where they have one |
//!
//! [`CacheMetrics`] counts for any cache. With the feature `moka`, `MeteredCache` counts for moka's.
//! With the feature `periodic`, which `moka` includes, `CacheMetrics::sizes` collects the gauges of any
//! cache that knows its size.

mod metrics;
#[cfg(feature = "moka")]
mod moka;
#[cfg(feature = "periodic")]
mod size;

pub use self::metrics::{CacheLabel, CacheMetric, CacheMetrics};
#[cfg(feature = "moka")]
pub use self::moka::MeteredCache;
