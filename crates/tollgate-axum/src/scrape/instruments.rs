//! Metrics of the metrics route itself.

use axum::http::StatusCode;
use metrics::{Counter, Gauge, Histogram};
use tollgate_families::{Families, Target, families};

families! {
    /// Metric of the metrics route.
    pub(crate) enum ScrapeMetric {
        Scrapes: counter(Count) "tollgate_scrapes_total" {code} "Scrapes answered, by status code.";
        Duration: histogram(Seconds) "tollgate_scrape_duration_seconds" {}
            "Time to render and compress one exposition, which scrapes may share, in seconds.";
        Series: gauge(Count) "tollgate_series" {} "Series in the last full exposition.";
    }

    /// Label of the metrics route's metrics.
    pub(crate) enum ScrapeLabel {
        code = Code "`200`, `500` or `503`";
    }
}

/// Handles for the route's own series.
///
/// All are registered before the first rendering, so that the first scrape shows each of them at 0.
#[derive(Debug)]
pub(super) struct Instruments {
    pub(super) answered: Counter,
    pub(super) failed: Counter,
    pub(super) refused: Counter,
    pub(super) duration: Histogram,
    series: Gauge,
}

impl Instruments {
    pub(super) fn register(target: Target) -> Self {
        let families = Families::with_target(target);
        let scrapes = |status: StatusCode| {
            let code = |_| status.as_str().to_owned().into();
            families.counter(ScrapeMetric::Scrapes, code)
        };
        Self {
            answered: scrapes(StatusCode::OK),
            failed: scrapes(StatusCode::INTERNAL_SERVER_ERROR),
            refused: scrapes(StatusCode::SERVICE_UNAVAILABLE),
            duration: families.histogram(ScrapeMetric::Duration, |_| "".into()),
            series: families.gauge(ScrapeMetric::Series, |_| "".into()),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "exact up to 2^53 series, more than memory holds"
    )]
    pub(super) fn series(&self, series: usize) {
        self.series.set(series as f64);
    }
}
