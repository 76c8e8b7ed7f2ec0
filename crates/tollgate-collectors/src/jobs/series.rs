//! Series of one kind of job with its labels.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use metrics::{Counter, Gauge, Histogram, Key, Label, SharedString};
use tollgate_families::{Families, families};

use super::{
    kinds::{KindLabels, Places},
    list::RunningList,
    state::JobState,
};

/// Upper bounds of durations of jobs in seconds: up to an hour.
const JOB_SECONDS: &[f64] = &[1.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1_800.0, 3_600.0];

families! {
    /// A metric of [`Jobs`](crate::Jobs).
    pub enum JobMetric {
        Running: gauge(Count) "jobs_running" {kind} "Jobs running.";
        Started: counter(Count) "jobs_started_total" {kind} "Jobs started.";
        Retried: counter(Count) "jobs_retried_total" {kind} "Retries of jobs.";
        Ended: counter(Count) "jobs_ended_total" {kind, state} "Jobs ended, by outcome.";
        QueuedDuration: histogram(Seconds, JOB_SECONDS) "job_queued_duration_seconds" {kind}
            "Time that jobs waited for their start in seconds.";
        Duration: histogram(Seconds, JOB_SECONDS) "job_duration_seconds" {kind, state}
            "Duration of jobs in seconds, by outcome.";
    }

    /// A label of the metrics of [`Jobs`](crate::Jobs).
    pub enum JobLabel {
        kind = Kind "kind of the job";
        state = State "outcome of the job, a [`JobState`](crate::JobState)";
    }
}

/// Handles of one kind of job with its labels. Those that not every job needs are registered when
/// they are first needed.
#[derive(Debug)]
pub(super) struct JobSeries {
    families: Arc<Families<JobMetric>>,
    /// Reached from here, so that a job counts one reference.
    pub(super) list: Arc<RunningList>,
    labels: KindLabels,
    /// Labels that all metrics have.
    pub(super) shown: Vec<Label>,
    running: Gauge,
    started: Counter,
    retried: Counter,
    queued: OnceLock<Histogram>,
    ended: [OnceLock<(Counter, Histogram)>; JobState::COUNT],
}

impl JobSeries {
    pub(super) fn register(
        families: &Arc<Families<JobMetric>>,
        list: &Arc<RunningList>,
        labels: KindLabels,
    ) -> Self {
        let value = |label| value(&labels, None, label);
        let others = || labels.others.iter().cloned();
        let counter = |metric| families.counter_with(metric, value, others());
        Self {
            shown: families
                .names
                .series_labels(JobMetric::Running, value, others()),
            running: families.gauge_with(JobMetric::Running, value, others()),
            started: counter(JobMetric::Started),
            retried: counter(JobMetric::Retried),
            queued: OnceLock::new(),
            ended: Default::default(),
            families: Arc::clone(families),
            list: Arc::clone(list),
            labels,
        }
    }

    pub(super) fn places(&self) -> Places {
        self.labels.places
    }

    pub(super) fn kind(&self) -> &str {
        &self.labels.kind
    }

    /// Returns the key of a metric of the job's own.
    pub(super) fn key(&self, name: &'static str) -> Key {
        Key::from_parts(name, self.shown.iter())
    }

    pub(super) fn start(&self) {
        self.started.increment(1);
        self.running.increment(1.0);
    }

    pub(super) fn retry(&self) {
        self.retried.increment(1);
    }

    pub(super) fn queued(&self, time: Duration) {
        let queued = self
            .queued
            .get_or_init(|| self.histogram(JobMetric::QueuedDuration, None));
        queued.record(time);
    }

    pub(super) fn end(&self, state: JobState, seconds: f64) {
        let (ended, duration) = self.ended[state as usize].get_or_init(|| self.register_end(state));
        ended.increment(1);
        duration.record(seconds);
        self.running.decrement(1.0);
    }

    #[cold]
    fn register_end(&self, state: JobState) -> (Counter, Histogram) {
        let value = |label| value(&self.labels, Some(state), label);
        let others = self.labels.others.iter().cloned();
        (
            self.families.counter_with(JobMetric::Ended, value, others),
            self.histogram(JobMetric::Duration, Some(state)),
        )
    }

    fn histogram(&self, metric: JobMetric, state: Option<JobState>) -> Histogram {
        let value = |label| value(&self.labels, state, label);
        let others = self.labels.others.iter().cloned();
        self.families.histogram_with(metric, value, others)
    }
}

fn value(labels: &KindLabels, state: Option<JobState>, label: JobLabel) -> SharedString {
    match label {
        JobLabel::Kind => labels.kind.clone(),
        JobLabel::State => state.map_or("", JobState::as_str).into(),
    }
}
