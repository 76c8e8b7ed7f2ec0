//! Work in the background: jobs, what schedules them, and the queues between.
//!
//! A job's way is [`Jobs::start`](Jobs::start) → its series, found in a bounded [`table`] →
//! a [`guard`], which ends it exactly once. A [`future`] and a [`service`] own a guard each.

mod builder;
mod future;
mod guard;
mod job;
mod layer;
mod meter;
mod metrics;
mod queue;
mod running;
mod scheduler;
mod series;
mod service;
mod slots;
mod state;
mod table;

pub use self::{
    builder::JobsBuilder,
    future::JobFuture,
    guard::JobGuard,
    job::{Job, NamedJob},
    layer::JobsLayer,
    meter::Jobs,
    metrics::JobMetrics,
    queue::{Batch, Queue, QueueBuilder, QueueMetric},
    running::{Running, RunningJob},
    scheduler::{Evaluation, Schedule, Scheduled, Scheduler, SchedulerBuilder, SchedulerMetric},
    series::JobMetric,
    service::JobService,
    state::{JobState, ResultState, StateOf},
};
