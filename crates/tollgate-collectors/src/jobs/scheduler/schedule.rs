//! One schedule, and its entry in the list.

use std::{
    fmt, mem,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use tollgate_families::Start;

use super::series::ScheduleSeries;
use crate::jobs::slots::{SlotIndex, Slots};

/// Schedule of a [`Scheduler`](crate::Scheduler).
#[derive(Debug)]
#[must_use = "a schedule that is dropped leaves the list"]
pub struct Schedule {
    list: Arc<ScheduleList>,
    slot: SlotIndex,
    series: Arc<ScheduleSeries>,
    now: Arc<Mutex<Scheduled>>,
}

/// List of the schedules as they are now, as far as it has room for them.
pub(super) type ScheduleList = Slots<Arc<Mutex<Scheduled>>>;

impl Schedule {
    pub(super) fn new(list: Arc<ScheduleList>, series: Arc<ScheduleSeries>) -> Self {
        let now = Arc::new(Mutex::new(Scheduled {
            series: Arc::clone(&series),
            next: None,
            last: None,
        }));
        Self {
            slot: list.enter(|_| Arc::clone(&now)),
            list,
            series,
            now,
        }
    }

    /// Plans the next trigger, or removes the plan.
    pub fn plan(&self, next: impl Into<Option<SystemTime>>) {
        self.replan(next.into(), None);
    }

    /// Counts a trigger, and its delay if it was [planned](Self::plan). Removes the plan.
    pub fn trigger(&self) {
        let now = SystemTime::now();
        self.series.triggers.increment(1);
        if let Some(planned) = self.replan(None, Some(now)) {
            let delay = now.duration_since(planned).unwrap_or_default();
            self.series.delay.record(delay);
        }
    }

    /// Starts an evaluation of whether the schedule is due, which ends when the guard is dropped.
    #[must_use = "the evaluation ends when its guard is dropped"]
    pub fn evaluate(&self) -> impl fmt::Debug + Send + Sync + use<> {
        self.series.evaluations.increment(1.0);
        Evaluation {
            start: self.series.stopwatch.start(),
            series: Arc::clone(&self.series),
        }
    }

    /// Plans the next trigger, perhaps at a trigger, and returns the former plan.
    fn replan(&self, next: Option<SystemTime>, last: Option<SystemTime>) -> Option<SystemTime> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.last = last.or(now.last);
        let former = mem::replace(&mut now.next, next);
        self.series.next.replace(former, next);
        former
    }
}

impl Drop for Schedule {
    fn drop(&mut self) {
        self.list.leave(&self.slot);
        self.replan(None, None);
    }
}

/// Evaluation of a [`Schedule`], until this is dropped.
#[derive(Debug)]
struct Evaluation {
    start: Start,
    series: Arc<ScheduleSeries>,
}

impl Drop for Evaluation {
    fn drop(&mut self) {
        let seconds = self.series.stopwatch.seconds(self.start);
        self.series.evaluation_duration.record(seconds);
        self.series.evaluations.decrement(1.0);
    }
}

/// Schedule as it was at a call of [`Scheduler::schedules`](crate::Scheduler::schedules).
#[derive(Debug, Clone)]
pub struct Scheduled {
    series: Arc<ScheduleSeries>,
    next: Option<SystemTime>,
    last: Option<SystemTime>,
}

impl Scheduled {
    /// Returns its name, as in its metrics.
    pub fn name(&self) -> &str {
        &self.series.name
    }

    /// Returns its labels, as in its metrics.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = self.series.shown.iter();
        labels.map(|label| (label.key(), label.value()))
    }

    /// Returns the time of the next planned trigger.
    pub fn next(&self) -> Option<SystemTime> {
        self.next
    }

    /// Returns the time of the last trigger.
    pub fn last(&self) -> Option<SystemTime> {
        self.last
    }
}
