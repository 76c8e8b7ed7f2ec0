//! Running jobs, as the list shows them.

use std::{
    cmp::Reverse,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{kinds::Kinds, list::RunningList, series::JobSeries};

/// Job that ran at a call of [`Jobs::running`](crate::Jobs::running).
#[derive(Debug, Clone)]
pub struct RunningJob {
    id: Box<str>,
    series: Arc<JobSeries>,
    since: SystemTime,
    running_for: Duration,
}

impl RunningJob {
    /// Returns the listed jobs, the longest first.
    pub(super) fn read(list: &RunningList, kinds: &Kinds<JobSeries>) -> Vec<Self> {
        let (now, time) = (list.stopwatch.start(), SystemTime::now());
        let jobs = list.slots.read(|job| {
            let running_for = list.stopwatch.between(job.start, now);
            Some(Self {
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
