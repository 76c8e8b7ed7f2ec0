//! What runs now.

use std::{
    cmp::Reverse,
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use quanta::Clock;

use super::{series::Series, slots::Slots, table::Entry};

/// How much of an id is kept.
const MAX_ID_BYTES: usize = 128;

/// A job in the list of those that run.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) id: Id,
    pub(super) entry: Arc<Entry<Series>>,
    pub(super) start: u64,
}

#[derive(Debug)]
pub(super) enum Id {
    Given(Box<str>),
    Number(u64),
}

impl Id {
    /// The start of an id that was given.
    pub(super) fn given(id: &str) -> Self {
        let mut end = id.len().min(MAX_ID_BYTES);
        while !id.is_char_boundary(end) {
            end -= 1;
        }
        Self::Given(id[..end].into())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(id) => f.write_str(id),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// What ran when [`Jobs::running`](crate::Jobs::running) was asked.
#[derive(Debug, Clone)]
pub struct Running {
    count: usize,
    jobs: Vec<RunningJob>,
}

impl Running {
    pub(super) fn read(slots: &Slots<Listed>, clock: &Clock) -> Self {
        let (now, time) = (clock.raw(), SystemTime::now());
        let (count, mut jobs) = slots.read(|job| {
            let running_for = Duration::from_nanos(clock.delta_as_nanos(job.start, now));
            RunningJob {
                id: job.id.to_string(),
                entry: Arc::clone(&job.entry),
                since: time.checked_sub(running_for).unwrap_or(time),
                running_for,
            }
        });
        jobs.sort_by_key(|job| Reverse(job.running_for));
        Self { count, jobs }
    }

    /// How many jobs ran, those included that there was no room to list.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The jobs that ran, the longest first.
    pub fn jobs(&self) -> &[RunningJob] {
        &self.jobs
    }
}

/// A job that runs.
#[derive(Debug, Clone)]
pub struct RunningJob {
    id: String,
    entry: Arc<Entry<Series>>,
    since: SystemTime,
    running_for: Duration,
}

impl RunningJob {
    /// Its [id](crate::Job::id), cut after 128 bytes, or else a number.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its kind, as its metrics show it.
    pub fn kind(&self) -> &str {
        self.entry.kind()
    }

    /// Its labels, as its metrics show them.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = self.entry.labels.iter();
        labels.map(|label| (label.key(), label.value()))
    }

    /// When it started.
    pub fn since(&self) -> SystemTime {
        self.since
    }

    /// How long it has run.
    pub fn running_for(&self) -> Duration {
        self.running_for
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_id_is_cut_between_characters() {
        assert_eq!(Id::given("42").to_string(), "42");
        let long = format!("a{}", "é".repeat(100));
        assert_eq!(Id::given(&long).to_string(), &long[..127]);
    }
}
