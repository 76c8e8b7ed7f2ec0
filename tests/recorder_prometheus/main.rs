//! A real Prometheus server reads native histograms and exemplars from the recorder.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use metrics::{counter, histogram, with_local_recorder};
use tests::outside;
use tests::prometheus::{Job, Server};
use tokio::net::TcpListener;
use tollgate_exposition::{Format, Selection};
use tollgate_recorder::{Handle, Matcher, Recorder, RecorderBuilder, TraceIdLayer};
use tracing_subscriber::layer::SubscriberExt as _;

#[tokio::test]
async fn prometheus_reads_native_histograms_from_protobuf() {
    let wait = Matcher::Full("wait_seconds".into());
    let builder = RecorderBuilder::new().native_histogram_for(wait, 3, 160);
    let Some((server, recorder)) = start(builder, "native-histograms").await else {
        return;
    };
    with_local_recorder(&recorder, || {
        counter!("sold_total", "item" => "say \"tea\"").increment(7);
        histogram!("classic").record(0.3);
        for value in [0.0, -2.0, 1.0, 1.05, 3.0, 100.0, 100.0] {
            histogram!("wait_seconds", "desk" => "1").record(value);
        }
    });

    server
        .until("histogram_count(wait_seconds{desk=\"1\"})", |count| {
            count == 7.0
        })
        .await;
    let value = async |expression: &str| server.value(expression).await.unwrap();
    assert_eq!(value("histogram_sum(wait_seconds)").await, 203.05);
    // The value is within its bucket: each bound is 2^(1/8) times the one before.
    let top = value("histogram_quantile(1, wait_seconds)").await;
    assert!((100.0..=100.0 * 2_f64.powf(0.125)).contains(&top), "{top}");
    let share = value("histogram_fraction(-Inf, 1, wait_seconds)").await;
    assert!((share - 3.0 / 7.0).abs() < 1e-9, "{share}");
    // Other metrics are read alongside.
    assert_eq!(value("sold_total{item=\"say \\\"tea\\\"\"}").await, 7.0);
    assert_eq!(value("classic_bucket{le=\"0.5\"}").await, 1.0);
    assert_eq!(value("classic_bucket{le=\"0.25\"}").await, 0.0);
    assert_eq!(value("classic_count").await, 1.0);

    // The histogram continues, with new buckets between and beyond the old ones.
    with_local_recorder(&recorder, || {
        [1e-9, 10.0, 1e9].map(|value| histogram!("wait_seconds", "desk" => "1").record(value))
    });
    server
        .until("histogram_count(wait_seconds)", |count| count == 10.0)
        .await;
    let top = value("histogram_quantile(1, wait_seconds)").await;
    assert!((1e9..=1e9 * 2_f64.powf(0.125)).contains(&top), "{top}");
}

#[tokio::test]
async fn prometheus_reads_exemplars_from_openmetrics() {
    assert_exemplars_are_read("exemplar-storage").await;
}

#[tokio::test]
async fn prometheus_reads_exemplars_from_protobuf() {
    assert_exemplars_are_read("exemplar-storage,native-histograms").await;
}

async fn assert_exemplars_are_read(features: &str) {
    let builder = RecorderBuilder::new()
        .exemplars(TraceIdLayer::labels)
        .created(true);
    let Some((server, recorder)) = start(builder, features).await else {
        return;
    };
    let subscriber = tracing_subscriber::registry().with(TraceIdLayer);
    tracing::subscriber::with_default(subscriber, || {
        with_local_recorder(&recorder, || {
            histogram!("wait_seconds").record(0.7);
            let span = tracing::info_span!("request", trace_id = "4bf92f3577b34da6");
            span.in_scope(|| [0.02, 0.4].map(|value| histogram!("wait_seconds").record(value)));
            histogram!("wait_seconds").record(0.02);
        });
    });

    server
        .until("wait_seconds_count", |count| count == 4.0)
        .await;
    let answer = server.exemplars("wait_seconds_bucket").await;
    let mut exemplars: Vec<_> = answer
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|series| series["exemplars"].as_array().unwrap())
        .map(|exemplar| {
            (
                exemplar["labels"]["trace_id"].clone(),
                exemplar["value"].clone(),
            )
        })
        .collect();
    exemplars.sort_by_key(|(_, value)| value.to_string());
    let expected = ["0.02", "0.4"].map(|value| ("4bf92f3577b34da6".into(), value.into()));
    assert_eq!(exemplars, expected, "{answer}");
}

/// Starts a server with some optional features and a recorder that it scrapes; returns `None` if
/// Prometheus is not installed.
async fn start(builder: RecorderBuilder, features: &str) -> Option<(Server, Recorder)> {
    let mut prometheus = outside::program("prometheus", "apt-get install prometheus")?;
    prometheus.arg(format!("--enable-feature={features}"));
    let (recorder, handle) = builder.build().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let app = Router::new()
        .route("/metrics", get(scrape))
        .with_state(handle);
    tokio::spawn(async { axum::serve(listener, app).await });
    Some((
        Server::start(prometheus, &target, &[Job::new("recorder", "")]),
        recorder,
    ))
}

/// Answers in the format that comes first in the `Accept` header.
async fn scrape(State(handle): State<Handle>, headers: HeaderMap) -> impl IntoResponse {
    let accepted = headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or_default();
    let format = Format::ALL.iter().filter_map(|format| {
        let (media_type, _) = format.content_type().split_once(';')?;
        Some((accepted.find(media_type)?, *format))
    });
    let (_, format) = format
        .min_by_key(|(position, _)| *position)
        .unwrap_or((0, Format::Text));
    let mut body = Vec::new();
    handle.read(&Selection::all()).write(format, &mut body);
    ([(CONTENT_TYPE, format.content_type())], body)
}
