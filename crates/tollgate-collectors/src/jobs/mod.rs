//! Work in the background: jobs, their schedulers, and the queues between.
//!
//! A job takes one way: [`Jobs::start`] finds its series in the bounded table of [`kinds`]; a
//! [`guard`] lists it as [`running`] and ends it exactly once. A [`future`] and a [`service`] own a
//! guard each.

mod builder;
mod future;
mod guard;
mod job;
mod kinds;
mod measure;
mod metrics;
mod queue;
mod running;
mod scheduler;
mod series;
mod service;
mod slots;
mod state;

pub use self::{
    builder::JobsBuilder,
    future::JobFuture,
    guard::JobGuard,
    job::{Job, NamedJob},
    measure::Jobs,
    metrics::JobMetrics,
    queue::{Batch, Queue, QueueBuilder, QueueLabel, QueueMetric},
    running::{Running, RunningJob},
    scheduler::{
        Evaluation, Schedule, Scheduled, Scheduler, SchedulerBuilder, SchedulerLabel,
        SchedulerMetric,
    },
    series::{JobLabel, JobMetric},
    service::{JobService, JobsLayer},
    state::{JobState, ResultState, StateOf},
};
