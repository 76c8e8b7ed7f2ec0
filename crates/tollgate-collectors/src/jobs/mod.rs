//! Work in the background: jobs, their schedulers, and the queues between.
//!
//! A job takes one way: [`Jobs::start`] finds its series in the bounded table of [`kinds`]; a
//! [`guard`] enters it into the [`list`] and ends it exactly once. A [`future`] and a [`service`] own a
//! guard each.

mod bounds;
mod future;
mod guard;
mod job;
mod kinds;
mod list;
mod measure;
mod queue;
mod running;
mod scheduler;
mod series;
mod service;
mod slots;
mod state;

pub use self::{
    guard::JobGuard,
    job::Job,
    measure::Jobs,
    queue::{Batch, Queue, QueueMetric},
    running::RunningJob,
    scheduler::{Schedule, Scheduled, Scheduler, SchedulerMetric},
    series::{JobLabel, JobMetric},
    state::JobState,
};
