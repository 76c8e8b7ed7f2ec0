//! Metrics of checks.

use std::time::Duration;

use metrics::{Gauge, Histogram};
use tollgate_families::{Catalogue, Families, families};

use super::Status;

families! {
    /// Metric of checks.
    pub(crate) enum HealthMetric {
        Status: gauge(Count) "health_status" {check}
            "Last result of the check: 1 for UP or UNKNOWN, 0 for DOWN or OUT_OF_SERVICE.";
        Duration: histogram(Seconds) "health_check_duration_seconds" {check}
            "Time that the check took in seconds.";
    }

    /// Label of the metrics of checks.
    pub(crate) enum HealthLabel {
        check = Check "name of the check";
    }
}

/// Handles for the series of one check.
#[derive(Debug)]
pub(super) struct Instruments {
    status: Gauge,
    duration: Histogram,
}

impl Instruments {
    pub(super) fn register(families: &Families<HealthMetric>, check: &str) -> Self {
        let check = |_| check.to_owned().into();
        Self {
            status: families.gauge(HealthMetric::Status, check),
            duration: families.histogram(HealthMetric::Duration, check),
        }
    }

    pub(super) fn record(&self, status: Status, duration: Duration) {
        self.status.set(if status.is_usable() { 1.0 } else { 0.0 });
        self.duration.record(duration);
    }
}

/// Returns every metric of this crate, in its default names.
pub fn catalogue() -> Catalogue {
    Catalogue::of::<HealthMetric>()
}
