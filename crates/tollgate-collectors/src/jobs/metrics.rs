//! Metrics that a job adds.

use std::sync::Arc;

use metrics::{Counter, Gauge, Histogram, Key};

use super::series::JobSeries;

/// Metrics of a job's own, under the labels of the job.
///
/// Each call registers the series anew: keep the handle where it is used often. Names are literals, so
/// that there is a bounded number of them. The namespace does not go before them.
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
    series: Arc<JobSeries>,
}

impl JobMetrics {
    pub(super) fn new(series: Arc<JobSeries>) -> Self {
        Self { series }
    }

    /// Registers a counter.
    pub fn counter(&self, name: &'static str) -> Counter {
        self.series.families().target.counter(&self.key(name))
    }

    /// Registers a gauge.
    pub fn gauge(&self, name: &'static str) -> Gauge {
        self.series.families().target.gauge(&self.key(name))
    }

    /// Registers a histogram.
    pub fn histogram(&self, name: &'static str) -> Histogram {
        self.series.families().target.histogram(&self.key(name))
    }

    fn key(&self, name: &'static str) -> Key {
        Key::from_parts(name, self.series.shown.iter())
    }
}
