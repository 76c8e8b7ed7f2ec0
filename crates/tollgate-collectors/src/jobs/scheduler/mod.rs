//! Schedulers, which start jobs at their time.

mod next;
mod registry;
mod schedule;
mod series;

pub use self::{
    registry::Scheduler,
    schedule::{Schedule, Scheduled},
    series::SchedulerMetric,
};
