//! Metrics of everything but requests: process, runtime, cache, jobs, activity.
//!
//! Every collector writes through the [`metrics`] facade, so that any recorder can export its metrics.
//! Each is behind a feature.
//!
//! # Features
//!
//! | Feature | Adds |
//! |---|---|
//! | `periodic` | `Collector`, asked at an interval (`Periodic`) or at each scrape (`ScrapeHooks`) |
//! | `activity` | `Activity`: the number of different keys in a sliding window |
//! | `jobs` | `Jobs`, `Scheduler` and `Queue`: work in the background |
//! | `process` | `process()`: `process_*` |
//! | `runtime` | `runtime()`: `tokio_*` |
//! | `moka` | `cache`: moka's caches, counted (`CacheMetrics` needs no feature) |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "activity")]
mod activity;
mod builder;
pub mod cache;
mod catalogue;
#[cfg(feature = "periodic")]
mod collection;
mod info;
#[cfg(feature = "jobs")]
mod jobs;
#[cfg(feature = "periodic")]
mod owner;
#[cfg(feature = "periodic")]
mod periodic;
#[cfg(feature = "process")]
mod process;
mod renamed;
#[cfg(feature = "runtime")]
mod runtime;
#[cfg(feature = "periodic")]
mod scrape_hooks;
#[cfg(feature = "periodic")]
mod series;

#[cfg(feature = "activity")]
pub use self::activity::Activity;
#[doc(hidden)]
pub use self::catalogue::catalogue;
#[cfg(feature = "jobs")]
pub use self::jobs::{
    Batch, Job, JobGuard, JobLabel, JobMetric, JobState, Jobs, Queue, QueueMetric, RunningJob,
    Schedule, Scheduled, Scheduler, SchedulerMetric,
};
#[cfg(feature = "process")]
pub use self::process::process;
#[cfg(feature = "runtime")]
pub use self::runtime::{named_runtime, runtime};
pub use self::{builder::Builder, info::InfoGauge, renamed::Renamed};
#[cfg(feature = "periodic")]
pub use self::{periodic::Periodic, scrape_hooks::ScrapeHooks};
#[doc(no_inline)]
pub use tollgate_families::BuildError;
#[doc(no_inline)]
#[cfg(feature = "periodic")]
pub use tollgate_families::{BoxError, Collector, Stage, scrape_deadline};
