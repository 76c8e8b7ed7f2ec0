//! One schedule.

use std::{sync::Arc, time::SystemTime};

use super::{Shared, series::Series};
use crate::jobs::{slots::Place, table::Entry};

/// One schedule of a [`Scheduler`](crate::Scheduler).
#[derive(Debug)]
#[must_use = "a schedule that is dropped is not listed any more"]
pub struct Schedule {
    pub(super) shared: Arc<Shared>,
    pub(super) entry: Arc<Entry<Series>>,
    pub(super) place: Place,
}

impl Schedule {
    /// Says when the next trigger is to come, or that none is.
    pub fn plan(&self, next: impl Into<Option<SystemTime>>) {
        let next = next.into();
        self.shared
            .plans
            .update(&self.place, |schedule| schedule.next = next);
        let since_epoch = next.and_then(|next| next.duration_since(SystemTime::UNIX_EPOCH).ok());
        let seconds = since_epoch.map_or(0.0, |time| time.as_secs_f64());
        self.entry.kept.next.set(seconds);
    }

    /// Counts a trigger, and how late it comes if it was [planned](Self::plan). The plan is done
    /// with then.
    pub fn trigger(&self) {
        let now = SystemTime::now();
        self.entry.kept.triggers.increment(1);
        let mut planned = None;
        self.shared.plans.update(&self.place, |schedule| {
            planned = schedule.next.take();
            schedule.last = Some(now);
        });
        if let Some(planned) = planned {
            let delay = now.duration_since(planned).unwrap_or_default();
            self.entry.kept.delay.record(delay);
            self.entry.kept.next.set(0.0);
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
}

impl Drop for Schedule {
    fn drop(&mut self) {
        self.shared.plans.leave(&self.place);
        self.entry.kept.next.set(0.0);
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
