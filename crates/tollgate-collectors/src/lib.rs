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
//! | `process` | `Process`: `process_*` |
//! | `runtime` | `Runtime`: `tokio_*` |
//! | `moka` | `cache`: adapters of moka's caches (`CacheMetrics` needs no feature) |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "activity")]
mod activity;
pub mod cache;
mod catalogue;
#[cfg(feature = "periodic")]
mod collection;
mod info;
#[cfg(feature = "jobs")]
mod jobs;
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
pub use self::activity::{Activity, ActivityBuilder};
#[doc(hidden)]
pub use self::catalogue::catalogue;
#[cfg(feature = "jobs")]
pub use self::jobs::{
    Batch, Evaluation, Job, JobFuture, JobGuard, JobLabel, JobMetric, JobMetrics, JobService,
    JobState, Jobs, JobsBuilder, JobsLayer, NamedJob, Queue, QueueBuilder, QueueLabel, QueueMetric,
    ResultState, Running, RunningJob, Schedule, Scheduled, Scheduler, SchedulerBuilder,
    SchedulerLabel, SchedulerMetric, StateOf,
};
#[cfg(feature = "process")]
pub use self::process::Process;
#[cfg(feature = "runtime")]
pub use self::runtime::Runtime;
pub use self::{info::InfoGauge, renamed::Renamed};
#[cfg(feature = "periodic")]
pub use self::{
    periodic::{Periodic, PeriodicGuard},
    scrape_hooks::ScrapeHooks,
};
pub use tollgate_families::BuildError;
#[cfg(feature = "periodic")]
pub use tollgate_families::{BoxError, Collector, Stage};
