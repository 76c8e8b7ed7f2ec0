//! The two recorders behind the `metrics` facade, and the registration of a series with either.

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusRecorder};
use tollgate_recorder::{Handle, RecorderBuilder};

use crate::series::RequestSeries;

/// Bounds of every histogram that is compared with other clients: their defaults.
pub const BUCKETS: &[f64; 11] = prometheus::DEFAULT_BUCKETS;

static METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);

/// tollgate's recorder, with room for any number of series.
///
/// # Errors
///
/// If it cannot be built.
pub fn tollgate() -> Result<(tollgate_recorder::Recorder, Handle), tollgate_recorder::Error> {
    RecorderBuilder::new()
        .buckets(BUCKETS)
        .max_series(usize::MAX)
        .build()
}

/// The stock recorder.
///
/// # Errors
///
/// If it cannot be built.
pub fn stock() -> Result<PrometheusRecorder, BuildError> {
    let builder = PrometheusBuilder::new().set_buckets(BUCKETS)?;
    Ok(builder.build_recorder())
}

/// The counter of a series of requests.
pub fn counter(recorder: &dyn Recorder, series: &RequestSeries) -> Counter {
    recorder.register_counter(&key("http_request_total", series), &METADATA)
}

/// A gauge for a series of requests.
pub fn gauge(recorder: &dyn Recorder, series: &RequestSeries) -> Gauge {
    recorder.register_gauge(&key("http_requests_in_flight", series), &METADATA)
}

/// The histogram of a series of requests.
pub fn histogram(recorder: &dyn Recorder, series: &RequestSeries) -> Histogram {
    recorder.register_histogram(&key("http_request_duration_seconds", series), &METADATA)
}

fn key(name: &'static str, series: &RequestSeries) -> Key {
    let labels = series.labels();
    let labels = labels.map(|(name, value)| Label::new(name, value));
    Key::from_parts(name, labels.to_vec())
}
