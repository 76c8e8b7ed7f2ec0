//! The list of running jobs.

use std::{
    cmp::Reverse,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tollgate_families::{Start, Stopwatch};

use super::{
    kinds::{Kinds, Places},
    series::JobSeries,
    slots::{SlotIndex, Slots},
};

/// Length after which an id is cut.
const MAX_ID_BYTES: usize = 128;

/// List of the jobs that run, with the clock that times them.
#[derive(Debug)]
pub(super) struct RunningList {
    pub(super) stopwatch: Stopwatch,
    pub(super) slots: Slots<Listed>,
}

/// Running job in the list.
#[derive(Debug)]
pub(super) struct Listed {
    number: u64,
    id: Option<Box<str>>,
    places: Places,
    start: Start,
}

impl RunningList {
    pub(super) fn new(max: usize) -> Self {
        Self {
            stopwatch: Stopwatch::default(),
            slots: Slots::new(max),
        }
    }

    pub(super) fn enter(&self, places: Places, id: Option<&str>) -> (Start, SlotIndex) {
        let start = self.stopwatch.start();
        let id = id.map(|id| cut(id).into());
        let slot = self.slots.enter(|number| Listed {
            number,
            id,
            places,
            start,
        });
        (start, slot)
    }

    /// Returns the listed jobs, the longest first.
    pub(super) fn read(&self, kinds: &Kinds<JobSeries>) -> Vec<RunningJob> {
        let (now, time) = (self.stopwatch.start(), SystemTime::now());
        let jobs = self.slots.read(|job| {
            let running_for = self.stopwatch.between(job.start, now);
            Some(RunningJob {
                id: (job.id.clone()).unwrap_or_else(|| job.number.to_string().into()),
                series: kinds.at(job.places)?,
                since: time.checked_sub(running_for).unwrap_or(time),
                running_for,
            })
        });
        let mut jobs: Vec<_> = jobs.into_iter().flatten().collect();
        jobs.sort_by_key(|job| Reverse(job.running_for));
        jobs
    }
}

/// Returns the beginning of an id.
fn cut(id: &str) -> &str {
    let mut end = id.len().min(MAX_ID_BYTES);
    while !id.is_char_boundary(end) {
        end -= 1;
    }
    &id[..end]
}

/// Job that ran at a call of [`Jobs::running`](crate::Jobs::running).
#[derive(Debug, Clone)]
pub struct RunningJob {
    id: Box<str>,
    series: Arc<JobSeries>,
    since: SystemTime,
    running_for: Duration,
}

impl RunningJob {
    /// Returns its [id](crate::Job::id), cut after 128 bytes, or else a number.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns its kind, as in its metrics.
    pub fn kind(&self) -> &str {
        self.series.kind()
    }

    /// Returns its labels, as in its metrics.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = self.series.shown.iter();
        labels.map(|label| (label.key(), label.value()))
    }

    /// Returns the time of its start.
    pub fn since(&self) -> SystemTime {
        self.since
    }

    /// Returns how long it has run.
    pub fn running_for(&self) -> Duration {
        self.running_for
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_id_is_cut_between_characters() {
        assert_eq!(cut("42"), "42");
        let long = format!("a{}", "é".repeat(100));
        assert_eq!(cut(&long), &long[..127]);
    }
}
