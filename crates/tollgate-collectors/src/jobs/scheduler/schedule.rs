//! One schedule.

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use super::{Shared, series::Series};
use crate::jobs::{slots::Place, table::Entry};

/// One schedule of a [`Scheduler`](crate::Scheduler).
#[derive(Debug)]
#[must_use = "a schedule that is dropped is not listed any more"]
pub struct Schedule {
    pub(super) shared: Arc<Shared>,
    pub(super) entry: Arc<Entry<Series>>,
    pub(super) place: Place,
    /// When the next trigger is planned, which the list does not know of all.
    pub(super) planned: Mutex<Option<SystemTime>>,
}

impl Schedule {
    /// Says when the next trigger is to come, or that none is.
    pub fn plan(&self, next: impl Into<Option<SystemTime>>) {
        let next = next.into();
        self.shared
            .plans
            .update(&self.place, |schedule| schedule.next = next);
        self.replan(next);
    }

    /// Counts a trigger, and how late it comes if it was [planned](Self::plan). The plan is done
    /// with then.
    pub fn trigger(&self) {
        let now = SystemTime::now();
        self.entry.kept.triggers.increment(1);
        self.shared.plans.update(&self.place, |schedule| {
            schedule.next = None;
            schedule.last = Some(now);
        });
        if let Some(planned) = self.replan(None) {
            let delay = now.duration_since(planned).unwrap_or_default();
            self.entry.kept.delay.record(delay);
        }
    }

    /// Starts to find out whether its time has come, which ends when the guard is dropped.
    pub fn evaluate(&self) -> Evaluation {
        self.entry.kept.evaluations.increment(1.0);
        Evaluation {
            start: self.shared.clock.raw(),
            shared: Arc::clone(&self.shared),
            entry: Arc::clone(&self.entry),
        }
    }

    /// Plans the next trigger, and returns when it was planned before.
    fn replan(&self, next: Option<SystemTime>) -> Option<SystemTime> {
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        let before = mem::replace(&mut *planned, next);
        self.entry.kept.next.replace(before, next);
        before
    }
}

impl Drop for Schedule {
    fn drop(&mut self) {
        self.shared.plans.leave(&self.place);
        self.replan(None);
    }
}

/// A schedule that is being evaluated, until this is dropped.
#[derive(Debug)]
#[must_use = "an evaluation ends when it is dropped"]
pub struct Evaluation {
    start: u64,
    shared: Arc<Shared>,
    entry: Arc<Entry<Series>>,
}

impl Drop for Evaluation {
    fn drop(&mut self) {
        let clock = &self.shared.clock;
        let nanoseconds = clock.delta_as_nanos(self.start, clock.raw());
        #[expect(clippy::cast_precision_loss, reason = "exact up to 104 days")]
        let seconds = nanoseconds as f64 * 1e-9;
        self.entry.kept.evaluation_duration.record(seconds);
        self.entry.kept.evaluations.decrement(1.0);
    }
}
