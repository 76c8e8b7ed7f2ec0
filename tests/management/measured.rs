//! The metrics: as they are scraped, by name, and one at a time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{Request, StatusCode};
use axum::{BoxError, Router};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde_json::{Value, json};
use tollgate_axum::{Guard, MetricsRoute};
use tollgate_exposition::{Exposition, Format, Selection, Snapshot};
use tollgate_management::management_router;

use crate::{Answer, measure, measured, read};

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Returns the stock recorder with the series of [`measure`].
fn stock() -> PrometheusHandle {
    let waits = Matcher::Full("wait_seconds".to_owned());
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(waits, &[0.25, 1.0])
        .unwrap()
        .build_recorder();
    let handle = recorder.handle();
    measure(&recorder);
    handle
}

fn serving(exposition: impl Exposition) -> Router {
    management_router().metrics(exposition).build().unwrap()
}

fn serving_route(route: MetricsRoute) -> Router {
    let management = management_router().metrics_route(route);
    management.build().unwrap()
}

/// Returns a router for each recorder.
fn both() -> [Router; 2] {
    [serving(measured()), serving(stock())]
}

async fn get(router: &Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = headers
        .iter()
        .fold(Request::get(path), |request, (name, value)| {
            request.header(*name, *value)
        });
    read(router, request.body(Body::empty()).unwrap()).await
}

async fn json(router: &Router, path: &str) -> (StatusCode, Value) {
    let answer = get(router, path, &[(ACCEPT.as_str(), "application/json")]).await;
    assert_eq!(
        answer.headers[CONTENT_TYPE], "application/json",
        "{}",
        answer.body
    );
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

#[tokio::test]
async fn names_are_a_sorted_list_in_json() {
    for router in both() {
        let (status, names) = json(&router, "/metrics").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(names, json!({ "names": ["orders_total", "wait_seconds"] }));
        let (_, one) = json(&router, "/metrics?name[]=wait_seconds").await;
        assert_eq!(one, json!({ "names": ["wait_seconds"] }));
    }
}

#[tokio::test]
async fn scraper_gets_its_preferred_format() {
    let prometheus = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.3,*/*;q=0.2";
    for (accept, own, stock) in [
        ("*/*", TEXT, TEXT),
        ("text/html,*/*;q=0.8", TEXT, TEXT),
        (prometheus, OPENMETRICS, TEXT),
        ("application/json", "application/json", "application/json"),
    ] {
        for (router, expected) in both().into_iter().zip([own, stock]) {
            let answer = get(&router, "/metrics", &[(ACCEPT.as_str(), accept)]).await;
            assert_eq!(answer.headers[CONTENT_TYPE], expected, "{accept}");
        }
    }
}

#[tokio::test]
async fn prometheus_is_always_text() {
    for router in both() {
        for accept in ["application/json", OPENMETRICS, "*/*"] {
            let answer = get(&router, "/prometheus", &[(ACCEPT.as_str(), accept)]).await;
            assert_eq!(answer.headers[CONTENT_TYPE], TEXT, "{accept}");
            let sample = r#"wait_seconds_bucket{desk="3",le="+Inf"} 1"#;
            assert!(answer.body.contains(sample), "{}", answer.body);
        }
        let filtered = get(&router, "/prometheus?name[]=wait_seconds", &[]).await;
        assert!(!filtered.body.contains("orders_total"), "{}", filtered.body);
    }
}

#[tokio::test]
async fn scrape_is_compressed_on_request() {
    let router = serving(measured());
    for path in ["/metrics", "/prometheus"] {
        let request = Request::get(path).header("accept-encoding", "gzip");
        let request = request.body(Body::empty()).unwrap();
        let answer = tower::ServiceExt::oneshot(router.clone(), request).await;
        assert_eq!(answer.unwrap().headers()[CONTENT_ENCODING], "gzip");
    }
}

#[tokio::test]
async fn metric_has_the_fields_of_kestra() {
    for router in both() {
        let orders = json!({
            "name": "orders_total",
            "measurements": [{ "statistic": "COUNT", "value": 5.0 }],
            "availableTags": [
                { "tag": "country", "values": ["fi", "it"] },
                { "tag": "kind", "values": ["book"] },
            ],
            "description": "Orders placed.",
            "baseUnit": null,
        });
        let all = json(&router, "/metrics/orders_total").await;
        assert_eq!(all, (StatusCode::OK, orders));
        let italian = json!({
            "name": "orders_total",
            "measurements": [{ "statistic": "COUNT", "value": 2.0 }],
            "availableTags": [{ "tag": "kind", "values": ["book"] }],
            "description": "Orders placed.",
            "baseUnit": null,
        });
        let (_, tagged) = json(&router, "/metrics/orders_total?tag=country:it").await;
        assert_eq!(tagged, italian);
        let in_one = |comma| format!("/metrics/orders_total?tag=country:fi{comma}kind:book");
        let both = "/metrics/orders_total?tag=country:fi&tag=kind%3Abook";
        for comma in [",", ",%20"] {
            let in_one = json(&router, &in_one(comma)).await;
            assert_eq!(in_one, json(&router, both).await, "{comma:?}");
        }
        let (_, tagged) = json(&router, both).await;
        assert_eq!(tagged["measurements"][0]["value"], 3.0);
        assert_eq!(tagged["availableTags"], json!([]));
        let wait = json!({
            "name": "wait_seconds",
            "measurements": [
                { "statistic": "COUNT", "value": 1.0 },
                { "statistic": "TOTAL", "value": 0.5 },
            ],
            "availableTags": [{ "tag": "desk", "values": ["3"] }],
            "description": null,
            "baseUnit": "seconds",
        });
        assert_eq!(json(&router, "/metrics/wait_seconds").await.1, wait);
    }
}

#[tokio::test]
async fn unknown_metric_or_tag_is_refused_with_known_ones() {
    for router in both() {
        for (path, told) in [
            ("/metrics/order_total", r#"write "orders_total" if"#),
            ("/metrics/wait_seconds_bucket", r#"write "wait_seconds" if"#),
            ("/metrics/xyz", "Accept: application/json"),
            (
                "/metrics/%22%0A%26name%5B%5D=up",
                "Accept: application/json",
            ),
            ("/metrics/orders_total?tag=kind:car", "availableTags"),
            (
                "/metrics/orders_total?tag=country:fi,kind:car",
                "availableTags",
            ),
            (
                "/metrics/orders_total?tag=country:fi,kind",
                "?tag=status:200&tag=method:GET",
            ),
            ("/metrics/wait_seconds?tag=le:%2BInf", "availableTags"),
        ] {
            let (status, problem) = json(&router, path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(problem["error"], "not_found", "{path}");
            let message = problem["message"].as_str().unwrap();
            assert!(message.contains(told), "{path}: {message}");
        }
    }
}

#[tokio::test]
async fn unknown_name_of_any_length_is_404() {
    for router in both() {
        let path = format!("/metrics/{}", "a".repeat(60_000));
        let (status, problem) = json(&router, &path).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(
            problem["message"].as_str().unwrap().len() < 100,
            "{problem}"
        );
        // Percent-encoded, it is three times as long.
        let path = format!("/metrics/{}", "%C3%A4".repeat(10_000));
        assert_eq!(json(&router, &path).await.0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn metric_name_that_is_not_text_is_refused() {
    let router = serving(measured());
    let (status, problem) = json(&router, "/metrics/%FF").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(problem["error"], "bad_request");
}

#[tokio::test]
async fn invalid_tag_is_refused_with_its_form() {
    let router = serving(measured());
    for tag in ["kind", "", ":book"] {
        let path = format!("/metrics/orders_total?tag=country:it&tag={tag}");
        let (status, problem) = json(&router, &path).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{tag:?}");
        let message = problem["message"].as_str().unwrap();
        assert!(message.contains("key:value"), "{message}");
    }
}

#[tokio::test]
async fn hook_runs_before_every_rendering() {
    let hooked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&hooked);
    let route = MetricsRoute::new(measured(), Guard::Open).before_render(move || {
        count.fetch_add(1, Ordering::Relaxed);
        async {}
    });
    let router = serving_route(route);
    for (times, path) in ["/metrics", "/prometheus", "/metrics/orders_total"]
        .into_iter()
        .enumerate()
    {
        get(&router, path, &[]).await;
        assert_eq!(hooked.load(Ordering::Relaxed), times + 1, "{path}");
    }
}

/// Exposition that cannot be read.
struct Broken;

impl Exposition for Broken {
    fn read(&self, _: &Selection) -> Result<Snapshot, BoxError> {
        Err("the password is wrong".into())
    }
}

#[tokio::test]
async fn exposition_that_fails_is_500_without_the_reason() {
    let failing = serving(Broken);
    for path in ["/metrics", "/prometheus", "/metrics/up"] {
        let answer = get(&failing, path, &[]).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert!(!answer.body.contains("password"), "{}", answer.body);
    }
}

/// Exposition whose reading blocks until the sender is dropped.
struct Hung(Mutex<Receiver<()>>);

impl Exposition for Hung {
    fn read(&self, _: &Selection) -> Result<Snapshot, BoxError> {
        let _ = self.0.lock().unwrap().recv();
        Ok(Snapshot::default())
    }
}

#[tokio::test]
async fn late_or_excess_rendering_is_503() {
    let (sender, receiver) = mpsc::channel();
    let hung = Hung(Mutex::new(receiver));
    let route = MetricsRoute::new(hung, Guard::Open)
        .max_concurrent_renders(1)
        .timeout(Duration::from_millis(10));
    let router = serving_route(route);
    // The first request times out, and the others find its slot taken.
    for (path, why) in [
        ("/metrics", "too long"),
        ("/metrics/up", "too many"),
        ("/prometheus?name[]=up", "too many"),
    ] {
        let accept = [(ACCEPT.as_str(), TEXT)];
        let answer = get(&router, path, &accept).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.headers[RETRY_AFTER], "1", "{path}");
        assert!(answer.body.contains(why), "{path}: {}", answer.body);
    }
    drop(sender);
}

#[test]
fn exposition_without_text_is_refused() {
    struct Names;

    impl Exposition for Names {
        fn read(&self, _: &Selection) -> Result<Snapshot, BoxError> {
            Ok(Snapshot::default())
        }

        fn formats(&self) -> &[Format] {
            &[Format::Json]
        }
    }

    let error = management_router().metrics(Names).build().unwrap_err();
    let message = error.to_string();
    assert!(
        message.starts_with("the exposition offers no text"),
        "{message}"
    );
    assert!(message.contains("text/plain"), "{message}");
}
