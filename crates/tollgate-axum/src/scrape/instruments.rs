//! The metrics route's own metrics.

use std::time::Duration;

use axum::http::StatusCode;
use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder, Unit};

const SCRAPES: &str = "tollgate_scrapes_total";
const SCRAPE_DURATION: &str = "tollgate_scrape_duration_seconds";
const SERIES: &str = "tollgate_series";

/// The route's own metrics.
///
/// All are registered before the first rendering, so that each is there, at zero, in the first
/// scrape already.
#[derive(Debug)]
pub(super) struct Instruments {
    answered: Counter,
    failed: Counter,
    refused: Counter,
    duration: Histogram,
    series: Gauge,
}

impl Instruments {
    pub(super) fn register(recorder: &dyn Recorder) -> Self {
        recorder.describe_counter(
            SCRAPES.into(),
            Some(Unit::Count),
            "Scrapes answered, by status code.".into(),
        );
        recorder.describe_histogram(
            SCRAPE_DURATION.into(),
            Some(Unit::Seconds),
            "Time to render and compress one exposition, however many scrapes shared it.".into(),
        );
        recorder.describe_gauge(
            SERIES.into(),
            Some(Unit::Count),
            "Series in the last full exposition.".into(),
        );
        let metadata = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));
        let scrapes = |status: StatusCode| {
            let code = Label::new("code", status.as_str().to_owned());
            recorder.register_counter(&Key::from_parts(SCRAPES, vec![code]), &metadata)
        };
        Self {
            answered: scrapes(StatusCode::OK),
            failed: scrapes(StatusCode::INTERNAL_SERVER_ERROR),
            refused: scrapes(StatusCode::SERVICE_UNAVAILABLE),
            duration: recorder
                .register_histogram(&Key::from_static_name(SCRAPE_DURATION), &metadata),
            series: recorder.register_gauge(&Key::from_static_name(SERIES), &metadata),
        }
    }

    pub(super) fn answered(&self) {
        self.answered.increment(1);
    }

    pub(super) fn failed(&self) {
        self.failed.increment(1);
    }

    pub(super) fn refused(&self) {
        self.refused.increment(1);
    }

    pub(super) fn rendered(&self, duration: Duration) {
        self.duration.record(duration);
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "exact up to 2^53 series, more than memory holds"
    )]
    pub(super) fn series(&self, series: usize) {
        self.series.set(series as f64);
    }
}
