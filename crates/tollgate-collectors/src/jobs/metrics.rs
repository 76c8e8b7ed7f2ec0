//! Metrics that a job adds.

use std::sync::Arc;

use metrics::{Counter, Gauge, Histogram, Key};

use super::{meter::Shared, series::Series, table::Entry};
use crate::metadata::METADATA;

/// Metrics of a job's own, with the labels that its others have.
///
/// Each call asks the recorder for the series: keep what it returns where it is used often. Names
/// are the program's own, so that there is a bounded number of them; the namespace does not go
/// before them.
///
/// # Examples
///
/// ```
/// use tollgate_collectors::{JobState, Jobs};
///
/// let jobs = Jobs::new();
/// let import = jobs.start("import");
/// import.metrics().counter("import_rows_total").increment(20);
/// import.end(JobState::Success);
/// ```
#[derive(Debug, Clone)]
pub struct JobMetrics {
    shared: Arc<Shared>,
    entry: Arc<Entry<Series>>,
}

impl JobMetrics {
    pub(super) fn new(shared: Arc<Shared>, entry: Arc<Entry<Series>>) -> Self {
        Self { shared, entry }
    }

    /// A counter.
    pub fn counter(&self, name: &'static str) -> Counter {
        let key = self.key(name);
        let destination = &self.shared.destination;
        destination.with(|recorder| recorder.register_counter(&key, &METADATA))
    }

    /// A gauge.
    pub fn gauge(&self, name: &'static str) -> Gauge {
        let key = self.key(name);
        let destination = &self.shared.destination;
        destination.with(|recorder| recorder.register_gauge(&key, &METADATA))
    }

    /// A histogram.
    pub fn histogram(&self, name: &'static str) -> Histogram {
        let key = self.key(name);
        let destination = &self.shared.destination;
        destination.with(|recorder| recorder.register_histogram(&key, &METADATA))
    }

    fn key(&self, name: &'static str) -> Key {
        Key::from_parts(name, self.entry.labels.iter())
    }
}
