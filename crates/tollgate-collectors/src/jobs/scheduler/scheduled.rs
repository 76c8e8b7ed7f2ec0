//! A schedule in a list.

use std::{sync::Arc, time::SystemTime};

use super::series::Series;
use crate::jobs::table::Entry;

/// A schedule as it was when [`Scheduler::schedules`](crate::Scheduler::schedules) was asked.
#[derive(Debug, Clone)]
pub struct Scheduled {
    pub(super) entry: Arc<Entry<Series>>,
    pub(super) next: Option<SystemTime>,
    pub(super) last: Option<SystemTime>,
}

impl Scheduled {
    /// Its name, as its metrics show it.
    pub fn name(&self) -> &str {
        self.entry.kind()
    }

    /// Its labels, as its metrics show them.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = self.entry.labels.iter();
        labels.map(|label| (label.key(), label.value()))
    }

    /// When the next trigger is planned.
    pub fn next(&self) -> Option<SystemTime> {
        self.next
    }

    /// When it triggered last.
    pub fn last(&self) -> Option<SystemTime> {
        self.last
    }
}
