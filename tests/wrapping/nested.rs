//! `wrap` around what is wrapped already.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing;
use tests::panics;
use tollgate::{Tollgate, TollgateBuilder};
use tracing_subscriber::fmt;

use crate::{get, scrape};

fn suite() -> TollgateBuilder {
    Tollgate::builder().enabled(true)
}

fn app(path: &str) -> Router {
    Router::new().route(path, routing::get(|| async { "hello" }))
}

/// Returns the log of this process, which begins with the first call.
fn log() -> String {
    static LOG: LazyLock<PathBuf> = LazyLock::new(|| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wrapping.log");
        let log = File::create(&path).unwrap();
        fmt().with_writer(Mutex::new(log)).init();
        path
    });
    fs::read_to_string(&*LOG).unwrap()
}

/// Asserts that the log warns of nested routers once.
#[track_caller]
fn assert_warned_once() {
    let log = log();
    let lines = log.lines().filter(|line| line.contains("WARN"));
    let fix = "call `wrap` once, on the outermost router";
    assert_eq!(lines.filter(|line| line.contains(fix)).count(), 1, "{log}");
}

#[tokio::test]
async fn request_to_a_wrapped_router_in_a_wrapped_router_is_counted_once() {
    log();
    let (inner, outer) = (suite().build().unwrap(), suite().build().unwrap());
    let plain = inner.wrap(app("/inner"));
    let service = inner.wrap(app("/as-service"));
    let nested = outer.wrap(
        Router::new()
            .nest("/api", plain.clone())
            .nest_service("/below", service),
    );
    for _ in 0..2 {
        assert_eq!(get(&nested, "/api/inner").await.1, "hello");
        assert_eq!(get(&nested, "/below/as-service").await.1, "hello");
        let hidden = get(&nested, "/api/metrics").await;
        assert_eq!(hidden, (StatusCode::NOT_FOUND, String::new()));
        let hidden = get(&nested, "/below/metrics").await;
        assert_eq!(hidden, (StatusCode::NOT_FOUND, String::new()));
    }
    assert_warned_once();

    let scrape = scrape(&nested).await;
    let total = |endpoint| scrape.values("http_request_total", &[("endpoint", endpoint)]);
    assert_eq!(total("/api/inner"), [2.0], "{scrape:#?}");
    assert!(total("/as-service").is_empty(), "{scrape:#?}");
    assert!(total("/below/as-service").is_empty(), "{scrape:#?}");
    let in_flight = scrape.values("http_requests_in_flight", &[("endpoint", "/api/inner")]);
    assert_eq!(in_flight, [0.0]);

    // By itself, the inner router counts and shows its metrics as before.
    get(&plain, "/inner").await;
    let scrape = crate::scrape(&plain).await;
    assert_eq!(
        scrape.sum("http_request_total", &[("endpoint", "/inner")]),
        1.0
    );
}

#[tokio::test]
async fn router_wrapped_twice_is_counted_once_where_the_metrics_have_their_own_listener() {
    log();
    let suite = suite().metrics_address("127.0.0.1:0".parse().unwrap());
    let suite = suite.build().unwrap();
    let twice = suite.wrap(suite.wrap(app("/twice")));
    assert_eq!(get(&twice, "/twice").await.1, "hello");
    assert_warned_once();

    let shown = self::suite().build().unwrap().wrap(Router::new());
    let scrape = scrape(&shown).await;
    assert_eq!(
        scrape.sum("http_request_total", &[("endpoint", "/twice")]),
        1.0
    );
}

#[test]
fn router_wrapped_twice_at_one_path_panics_after_a_line_with_the_fix() {
    log();
    let suite = suite().build().unwrap();
    let wrapped = suite.wrap(app("/again"));
    let line = line!() + 2;
    let panic = panics::caught(|| {
        let _ = suite.wrap(wrapped);
    });
    assert_eq!((panic.file.as_str(), panic.line), (file!(), line));
    let log = log();
    assert!(log.contains("or call `wrap` once"), "{log}");
}

#[tokio::test]
async fn requests_that_a_handler_sends_to_another_wrapped_router_are_counted() {
    let suite = suite().build().unwrap();
    let upstream = suite.wrap(app("/upstream"));
    let handler = move || async move { get(&upstream, "/upstream").await.1 };
    let gateway = Router::new().route("/gateway", routing::get(handler));
    let gateway = suite.wrap(gateway);
    assert_eq!(get(&gateway, "/gateway").await.1, "hello");

    let scrape = scrape(&gateway).await;
    for endpoint in ["/gateway", "/upstream"] {
        let total = scrape.sum("http_request_total", &[("endpoint", endpoint)]);
        assert_eq!(total, 1.0, "{endpoint}");
    }
}
