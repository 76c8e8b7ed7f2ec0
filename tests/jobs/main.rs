//! Work in the background: outcomes, running jobs, schedules and queues, and their names.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod endings;
mod hostile;
mod metrics_of_its_own;
mod names;
mod queue;
mod running;
mod scheduler;
mod threads;
