//! What jobs can be told.

use std::{
    borrow::Cow,
    sync::{Arc, Once},
};

use metrics::Recorder;
use quanta::Clock;

use super::{
    JobMetric, Jobs,
    meter::Shared,
    series::{JobNames, METRICS},
    slots::Slots,
    table::{BoundedLabel, Table},
};
use crate::{destination::Destination, names::Names};

/// Builds [`Jobs`].
///
/// # Examples
///
/// Coder's names:
///
/// ```
/// use tollgate_collectors::{JobMetric, Jobs};
///
/// let provisioning = Jobs::builder()
///     .namespace("coderd_provisionerd")
///     .rename(JobMetric::Running, "jobs_current")
///     .rename(JobMetric::Duration, "job_timings_seconds")
///     .kind_label("provisioner")
///     .state_label("status")
///     .build();
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct JobsBuilder {
    names: JobNames,
    kind: BoundedLabel,
    labels: Vec<BoundedLabel>,
    state_label: Cow<'static, str>,
    combination_cap: usize,
    listed: usize,
    destination: Destination,
}

impl Default for JobsBuilder {
    fn default() -> Self {
        Self {
            names: Names::new(&METRICS),
            kind: BoundedLabel {
                name: "kind".into(),
                limit: 100,
            },
            labels: Vec::new(),
            state_label: "state".into(),
            combination_cap: 1_000,
            listed: 1_000,
            destination: Destination::default(),
        }
    }
}

impl JobsBuilder {
    /// Puts a namespace before each name: `worker` → `worker_jobs_running`.
    pub fn namespace(mut self, namespace: impl Into<Cow<'static, str>>) -> Self {
        self.names.set_namespace(namespace.into());
        self
    }

    /// Gives a metric another name.
    ///
    /// The suite's recorder tells durations of jobs by how their names end: see `docs/metrics.md`.
    pub fn rename(mut self, metric: JobMetric, name: impl Into<Cow<'static, str>>) -> Self {
        self.names.rename(metric as usize, Some(name.into()));
        self
    }

    /// Leaves a metric out.
    pub fn without(mut self, metric: JobMetric) -> Self {
        self.names.rename(metric as usize, None);
        self
    }

    /// Calls the label of a job's kind so, `kind` unless set. If it is empty there is none.
    pub fn kind_label(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.kind.name = name.into();
        self
    }

    /// Keeps this many kinds, 100 unless set; every other is `other`.
    pub fn kinds(mut self, limit: usize) -> Self {
        self.kind.limit = limit;
        self
    }

    /// Calls the label of how a job ended so, `state` unless set.
    pub fn state_label(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.state_label = name.into();
        self
    }

    /// Gives jobs a label. The first values that come, `limit` of them, are kept; every other is
    /// `other`, and so is one of more than 128 bytes.
    pub fn label(mut self, name: impl Into<Cow<'static, str>>, limit: usize) -> Self {
        let name = name.into();
        self.labels.push(BoundedLabel { name, limit });
        self
    }

    /// Keeps this many combinations of kinds and labels, 1,000 unless set. In every other all labels
    /// but the kind are `other`.
    pub fn combination_cap(mut self, cap: usize) -> Self {
        self.combination_cap = cap;
        self
    }

    /// Lists at most this many jobs as [running](Jobs::running), 1,000 unless set. All are counted.
    pub fn listed(mut self, limit: usize) -> Self {
        self.listed = limit;
        self
    }

    /// Records with `recorder`, instead of the global one when a kind is first met.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.destination = Destination::given(recorder);
        self
    }

    /// Builds the jobs.
    pub fn build(self) -> Jobs {
        Jobs::from(Shared {
            clock: Clock::new(),
            table: Table::new(self.kind, &self.labels, self.combination_cap),
            names: self.names,
            state_label: self.state_label,
            running: Slots::new(self.listed),
            destination: self.destination,
            described: Once::new(),
        })
    }
}
