//! The metrics of one check.

use std::time::Duration;

use metrics::{Gauge, Histogram, Key, Label, Level, Metadata, Recorder, Unit};

use super::Status;

const STATUS: &str = "health_status";
const DURATION: &str = "health_check_duration_seconds";

/// `health_status{check}` and `health_check_duration_seconds{check}`.
#[derive(Debug)]
pub(super) struct Instruments {
    status: Gauge,
    duration: Histogram,
}

impl Instruments {
    pub(super) fn register(recorder: &dyn Recorder, check: &str) -> Self {
        recorder.describe_gauge(
            STATUS.into(),
            Some(Unit::Count),
            "Whether the check answered 200 when it last ran: 1, or 0.".into(),
        );
        recorder.describe_histogram(
            DURATION.into(),
            Some(Unit::Seconds),
            "Time that the check took.".into(),
        );
        let metadata = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));
        let key = |name| Key::from_parts(name, vec![Label::new("check", check.to_owned())]);
        Self {
            status: recorder.register_gauge(&key(STATUS), &metadata),
            duration: recorder.register_histogram(&key(DURATION), &metadata),
        }
    }

    pub(super) fn record(&self, status: Status, duration: Duration) {
        self.status.set(if status.is_usable() { 1.0 } else { 0.0 });
        self.duration.record(duration);
    }
}
