//! The series of one kind of job with its labels.

use std::{sync::OnceLock, time::Duration};

use metrics::{Counter, Gauge, Histogram, Label};

use super::JobState;
use crate::{
    destination::Destination,
    names::{Kind, Metric, Names},
};

/// A metric of [`Jobs`](crate::Jobs).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JobMetric {
    /// `jobs_running`: those that have started and not ended.
    Running,
    /// `jobs_started_total`.
    Started,
    /// `jobs_retried_total`: those that had been tried before.
    Retried,
    /// `jobs_ended_total`, by state.
    Ended,
    /// `job_queued_duration_seconds`: from when they were wanted to when they started.
    QueuedDuration,
    /// `job_duration_seconds`: from start to end, by state.
    Duration,
}

pub(super) const METRICS: [Metric; 6] = [
    Metric {
        name: "jobs_running",
        kind: Kind::Gauge,
        help: "Jobs that have started and not ended.",
    },
    Metric {
        name: "jobs_started_total",
        kind: Kind::Counter,
        help: "Jobs that have started.",
    },
    Metric {
        name: "jobs_retried_total",
        kind: Kind::Counter,
        help: "Jobs that have been tried again.",
    },
    Metric {
        name: "jobs_ended_total",
        kind: Kind::Counter,
        help: "Jobs that have ended, by how.",
    },
    Metric {
        name: "job_queued_duration_seconds",
        kind: Kind::Histogram,
        help: "Time that jobs waited for their start.",
    },
    Metric {
        name: "job_duration_seconds",
        kind: Kind::Histogram,
        help: "Time from the start of jobs to their end.",
    },
];

pub(super) type JobNames = Names<{ METRICS.len() }>;

/// The handles of one kind of job with its labels. Those that not every job needs are registered
/// when they are first needed.
#[derive(Debug)]
pub(super) struct Series {
    running: Gauge,
    started: Counter,
    retried: Counter,
    queued: OnceLock<Histogram>,
    ended: [OnceLock<(Counter, Histogram)>; JobState::COUNT],
}

/// What names a series, and where it goes.
pub(super) struct Naming<'a> {
    pub(super) names: &'a JobNames,
    pub(super) state_label: &'a str,
    pub(super) destination: &'a Destination,
    pub(super) labels: &'a [Label],
}

impl Series {
    pub(super) fn register(naming: &Naming<'_>) -> Self {
        let Naming { names, labels, .. } = naming;
        naming.destination.with(|recorder| Self {
            running: names.gauge(recorder, JobMetric::Running as usize, labels),
            started: names.counter(recorder, JobMetric::Started as usize, labels),
            retried: names.counter(recorder, JobMetric::Retried as usize, labels),
            queued: OnceLock::new(),
            ended: Default::default(),
        })
    }

    pub(super) fn start(&self) {
        self.started.increment(1);
        self.running.increment(1.0);
    }

    pub(super) fn retry(&self) {
        self.retried.increment(1);
    }

    pub(super) fn queued(&self, time: Duration, naming: &Naming<'_>) {
        let queued = self.queued.get_or_init(|| {
            let index = JobMetric::QueuedDuration as usize;
            naming
                .destination
                .with(|recorder| naming.names.histogram(recorder, index, naming.labels))
        });
        queued.record(time);
    }

    pub(super) fn end(&self, state: JobState, seconds: f64, naming: &Naming<'_>) {
        let (ended, duration) =
            self.ended[state as usize].get_or_init(|| Self::register_end(state, naming));
        ended.increment(1);
        duration.record(seconds);
        self.running.decrement(1.0);
    }

    #[cold]
    fn register_end(state: JobState, naming: &Naming<'_>) -> (Counter, Histogram) {
        let state = Label::new(naming.state_label.to_owned(), state.as_str());
        let labels = [naming.labels, &[state]].concat();
        let names = naming.names;
        naming.destination.with(|recorder| {
            (
                names.counter(recorder, JobMetric::Ended as usize, &labels),
                names.histogram(recorder, JobMetric::Duration as usize, &labels),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_in_the_order_of_their_names() {
        assert_eq!(METRICS[JobMetric::Running as usize].name, "jobs_running");
        assert_eq!(
            METRICS[JobMetric::Started as usize].name,
            "jobs_started_total"
        );
        assert_eq!(
            METRICS[JobMetric::Retried as usize].name,
            "jobs_retried_total"
        );
        assert_eq!(METRICS[JobMetric::Ended as usize].name, "jobs_ended_total");
        let queued = &METRICS[JobMetric::QueuedDuration as usize];
        assert_eq!(queued.name, "job_queued_duration_seconds");
        assert_eq!(
            METRICS[JobMetric::Duration as usize].name,
            "job_duration_seconds"
        );
    }
}
