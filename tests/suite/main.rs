//! An enabled suite measures and serves; several suites share one recorder.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod environment;
mod settings;

use std::fmt::Debug;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use tests::panics;
use tests::scrape::Scrape;
use tollgate::collectors::{JobMetric, JobState, Jobs};
use tollgate::{
    Error, Tollgate, TollgateBuilder,
    auth::MasterKeys,
    http::{Preset, RequestMetricsLayer},
};
use tower::ServiceExt;

/// Returns whether these tests run on the recorder of metrics-exporter-prometheus: see `stock.rs`.
fn is_stock() -> bool {
    module_path!().contains("stock")
}

fn builder() -> TollgateBuilder {
    if is_stock() {
        Tollgate::builder().metrics_exporter_prometheus()
    } else {
        Tollgate::builder()
    }
}

const KEY: &str = "correct-horse-battery";

#[tokio::test]
async fn suites_share_one_recorder() {
    let one = builder().enabled(true).build().unwrap();
    let other = builder().enabled(true).build().unwrap();
    let measured = one.wrap(app("/shared/one"));
    let measured_too = other.wrap(app("/shared/other"));
    send(&measured, "/shared/one", None).await;
    send(&measured_too, "/shared/other", None).await;

    for app in [measured, measured_too] {
        let scrape = scrape(&app, None).await;
        for endpoint in ["/shared/one", "/shared/other"] {
            let count = scrape.values("http_request_total", &[("endpoint", endpoint)]);
            assert_eq!(count, [1.0], "{scrape:#?}");
        }
    }
}

#[tokio::test]
async fn suite_wraps_several_routers() {
    let tollgate = builder().enabled(true).build().unwrap();
    for _ in 0..2 {
        let app = tollgate.wrap(app("/several"));
        send(&app, "/several", None).await;
    }
    let scrape = scrape(&tollgate.wrap(Router::new()), None).await;
    let count = scrape.values("http_request_total", &[("endpoint", "/several")]);
    assert_eq!(count, [2.0], "{scrape:#?}");
}

#[tokio::test]
async fn scrape_shows_all_earlier_requests() {
    let tollgate = builder()
        .enabled(true)
        .before_render(async || tollgate::metrics::counter!("asked_total").increment(1))
        .build()
        .unwrap();
    let app = tollgate.wrap(Router::new());
    for times in [1.0, 2.0] {
        let scrape = scrape(&app, None).await;
        assert_eq!(scrape.values("asked_total", &[]), [times], "{scrape:#?}");
    }
}

#[tokio::test]
async fn series_of_named_routes_begin_at_zero() {
    let requests = RequestMetricsLayer::builder()
        .begin_at_zero(Method::GET, "/zero/{id}", [StatusCode::OK], ["panic"])
        .group_pattern("/zeros/{*path}", "/zeros")
        .begin_at_zero(Method::PUT, "/zeros/{*path}", [StatusCode::OK], []);
    let tollgate = builder().enabled(true).requests(requests).build().unwrap();
    let app = tollgate.wrap(app("/zero/{id}"));
    let mut count = 0.0;
    for _ in 0..2 {
        let scrape = scrape(&app, None).await;
        let counted = |name, endpoint| scrape.values(name, &[("endpoint", endpoint)]);
        assert_eq!(counted("http_request_total", "/zero/{id}"), [count]);
        assert_eq!(
            counted("http_request_duration_seconds_count", "/zero/{id}"),
            [count]
        );
        assert_eq!(
            counted("http_request_exceptions_total", "/zero/{id}"),
            [0.0]
        );
        assert_eq!(counted("http_request_total", "/zeros"), [0.0]);
        send(&app, "/zero/1", None).await;
        count += 1.0;
    }
}

/// Asserts that a histogram has buckets for long durations, and none of the default ones.
#[track_caller]
fn assert_long(scrape: &Scrape, name: &str, last: &str) {
    let up_to = |bound: &str| {
        let bounds = [bound.to_owned(), format!("{bound}.0")].into_iter();
        let values = bounds.flat_map(|le| scrape.values(&format!("{name}_bucket"), &[("le", &le)]));
        values.collect::<Vec<_>>()
    };
    assert_eq!(up_to(last), [1.0], "{name}");
    assert!(up_to("0.005").is_empty(), "{name}");
}

#[tokio::test]
async fn jobs_have_bounds_up_to_an_hour_under_any_name() {
    let tollgate = builder().enabled(true).build().unwrap();
    let app = tollgate.wrap(Router::new());
    let mut names = vec!["job_duration_seconds"];
    // The stock recorder has bounds for default names only.
    if !is_stock() {
        names.extend([
            "coderd_provisionerd_job_timings_seconds",
            "executor_execution_duration_seconds",
            "imports",
        ]);
    }
    for name in names {
        let jobs = Jobs::builder().rename(JobMetric::Duration, name);
        let jobs = jobs.build().unwrap();
        jobs.start("import").end(JobState::Success);
        assert_long(&scrape(&app, None).await, name, "3600");
    }
}

#[tokio::test]
async fn names_that_end_like_others_have_no_bounds_of_theirs() {
    let tollgate = builder().enabled(true).build().unwrap();
    let app = tollgate.wrap(Router::new());
    let name = "print_job_duration_seconds";
    tollgate::metrics::histogram!(name).record(0.001);
    let scrape = scrape(&app, None).await;
    let first = scrape.values(&format!("{name}_bucket"), &[("le", "0.005")]);
    assert_eq!(first, [1.0], "{scrape:#?}");
}

#[tokio::test]
async fn sizes_have_bounds_in_bytes_under_any_name() {
    let [first, last, of_seconds] = if is_stock() {
        ["64", "67108864", "10"]
    } else {
        ["64.0", "6.7108864e+07", "10.0"]
    };
    let mut sizes = vec![
        (Preset::Tollgate, "http_response_size_bytes"),
        (
            Preset::OpenTelemetry,
            "http_server_response_body_size_bytes",
        ),
        (Preset::Flask, "flask_http_response_size_bytes"),
    ];
    // The stock recorder knows units by names only.
    if !is_stock() {
        sizes.push((Preset::AxumPrometheus, "axum_http_response_body_size"));
    }
    for (preset, size) in sizes {
        let requests = RequestMetricsLayer::builder().preset(preset).body_sizes();
        let tollgate = builder().enabled(true).requests(requests);
        let app = tollgate.build().unwrap().wrap(app("/sizes"));
        send(&app, "/sizes", None).await;

        let scrape = scrape(&app, None).await;
        let buckets = format!("{size}_bucket");
        let up_to = |bound| scrape.values(&buckets, &[("le", bound)]);
        assert_eq!(up_to(first), [1.0], "{scrape:#?}");
        assert_eq!(up_to(last), [1.0], "{scrape:#?}");
        assert!(up_to(of_seconds).is_empty(), "{scrape:#?}");
    }
}

#[tokio::test]
async fn durations_of_websockets_have_bounds_above_a_day() {
    // tollgate's recorder learns them from the websockets' own registration.
    if !is_stock() {
        return;
    }
    let tollgate = builder().enabled(true).build().unwrap();
    let app = tollgate.wrap(Router::new());
    let name = "websocket_duration_seconds";
    tollgate::metrics::histogram!(name, "endpoint" => "/echo").record(60_000.0);
    assert_long(&scrape(&app, None).await, name, "108000");
}

#[tokio::test]
async fn key_guards_only_the_metrics() {
    let keys = MasterKeys::new([KEY]).unwrap();
    let tollgate = builder().enabled(true).master_keys(keys);
    let tollgate = tollgate.build().unwrap();
    let app = tollgate.wrap(app("/guarded"));

    assert_eq!(send(&app, "/guarded", None).await.status(), StatusCode::OK);
    let refused = send(&app, "/metrics", None).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let scrape = scrape(&app, Some(KEY)).await;
    let measured = |endpoint| scrape.values("http_request_total", &[("endpoint", endpoint)]);
    assert_eq!(measured("/guarded"), [1.0]);
    assert!(measured("/metrics").is_empty());
}

#[tokio::test]
async fn key_is_accepted_in_the_ways_of_code() {
    let keys = MasterKeys::new([KEY]).unwrap();
    let tollgate = builder()
        .enabled(true)
        .map_master_key_layer(|layer| layer.basic().api_key_header())
        .master_keys(keys);
    let app = tollgate.build().unwrap().wrap(app("/ways"));

    let basic = format!("Basic {}", STANDARD.encode(format!("prometheus:{KEY}")));
    for (name, value) in [("authorization", basic.as_str()), ("x-api-key", KEY)] {
        let request = Request::get("/metrics").header(name, value);
        let request = request.body(Body::empty()).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{name}");
    }
    let refused = send(&app, "/metrics", None).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn open_suite_serves_at_its_endpoint() {
    let tollgate = builder().enabled(true).endpoint("/internal/metrics");
    let tollgate = tollgate.build().unwrap();
    assert_eq!(tollgate.endpoint(), Some("/internal/metrics"));
    let app = tollgate.wrap(app("/elsewhere"));
    assert_eq!(
        send(&app, "/internal/metrics", None).await.status(),
        StatusCode::OK
    );
    assert_eq!(
        send(&app, "/metrics", None).await.status(),
        StatusCode::NOT_FOUND
    );
}

#[test]
fn taken_path_panics_at_the_call_of_wrap() {
    let tollgate = builder().enabled(true).build().unwrap();
    let line = line!() + 2;
    let panic = panics::caught(|| {
        let _ = tollgate.wrap(app("/metrics"));
    });
    assert_eq!((panic.file.as_str(), panic.line), (file!(), line));
}

#[test]
fn public_types_are_send_sync_and_debug() {
    fn check<T: Send + Sync + Debug>() {}
    check::<Error>();
    check::<Tollgate>();
    check::<TollgateBuilder>();
}

/// An app with one route.
fn app(path: &str) -> Router {
    Router::new().route(path, get(|| async { "hello" }))
}

async fn send(app: &Router, path: &str, key: Option<&str>) -> Response<Body> {
    let mut request = Request::get(path);
    if let Some(key) = key {
        request = request.header(AUTHORIZATION, format!("Bearer {key}"));
    }
    let request = request.body(Body::empty()).unwrap();
    app.clone().oneshot(request).await.unwrap()
}

async fn scrape(app: &Router, key: Option<&str>) -> Scrape {
    let response = send(app, "/metrics", key).await;
    assert_eq!(response.status(), StatusCode::OK);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Scrape::new(String::from_utf8(body.to_vec()).unwrap())
}
