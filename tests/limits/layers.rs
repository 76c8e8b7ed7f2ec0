//! Layers below and around the layer of the metrics.

use std::any::Any;
use std::future::pending;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use axum::{Extension, Router, routing};
use tests::ledger::Ledger;
use tollgate::Tollgate;
use tollgate_http::Exception;
use tower::{Layer, ServiceExt};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::normalize_path::NormalizePathLayer;
use tower_http::timeout::TimeoutLayer;

use crate::{get, layer, records};

fn app() -> Router {
    Router::new()
        .route("/panic", routing::get(|| async { fail() }))
        .route("/slow", routing::get(|| async { pending::<()>().await }))
        .route("/fine", routing::get(|| async { "fine" }))
}

fn fail() -> &'static str {
    panic!("in a handler")
}

#[tokio::test]
async fn panic_caught_below_the_metrics_is_a_500_like_any_other() {
    let ledger = Ledger::new();
    let app = app().layer(CatchPanicLayer::new()).layer(layer(&ledger));
    assert_eq!(
        get(&app, "/panic").await.0,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    assert_eq!(records(&ledger), ["/panic 500 1"]);
}

#[tokio::test]
async fn panic_caught_below_the_metrics_is_an_exception_if_the_handler_names_it() {
    let name = |_: Box<dyn Any + Send>| -> Response<Body> {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        (status, Extension(Exception("panic"))).into_response()
    };
    let ledger = Ledger::new();
    let app = app()
        .layer(CatchPanicLayer::custom(name))
        .layer(layer(&ledger));
    assert_eq!(
        get(&app, "/panic").await.0,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    assert_eq!(
        records(&ledger),
        ["exception /panic panic 1", "/panic 500 1"]
    );
}

#[tokio::test]
async fn panic_caught_around_the_metrics_is_an_exception() {
    let ledger = Ledger::new();
    let app = app().layer(layer(&ledger)).layer(CatchPanicLayer::new());
    assert_eq!(
        get(&app, "/panic").await.0,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    assert_eq!(
        records(&ledger),
        ["exception /panic panic 1", "/panic 500 1"]
    );
}

#[tokio::test]
async fn request_that_a_layer_around_the_metrics_answers_is_no_record() {
    let ledger = Ledger::new();
    let refuse = from_fn(|_: Request, _: Next| async { StatusCode::TOO_MANY_REQUESTS });
    let inside = app().layer(refuse.clone()).layer(layer(&ledger));
    assert_eq!(get(&inside, "/fine").await.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(records(&ledger), ["/fine 429 1"]);

    let around = app().layer(layer(&ledger)).layer(refuse);
    assert_eq!(get(&around, "/fine").await.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(records(&ledger), ["/fine 429 1"]);
}

#[tokio::test(start_paused = true)]
async fn timeout_around_the_metrics_is_a_499_and_below_them_its_own_status() {
    let after = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(1));
    let ledger = Ledger::new();
    let around = app().layer(layer(&ledger)).layer(after);
    assert_eq!(get(&around, "/slow").await.0, StatusCode::REQUEST_TIMEOUT);
    assert_eq!(records(&ledger), ["/slow 499 1"]);

    let ledger = Ledger::new();
    let below = app().layer(after).layer(layer(&ledger));
    assert_eq!(get(&below, "/slow").await.0, StatusCode::REQUEST_TIMEOUT);
    assert_eq!(records(&ledger), ["/slow 408 1"]);
}

#[tokio::test]
async fn endpoint_with_a_slash_at_its_end_is_out_of_reach_behind_normalize_path() {
    for (endpoint, status) in [
        ("/metrics/", StatusCode::NOT_FOUND),
        ("/metrics", StatusCode::OK),
    ] {
        let suite = Tollgate::builder().enabled(true).endpoint(endpoint);
        let app = suite.build().unwrap().wrap(app());
        let app = NormalizePathLayer::trim_trailing_slash().layer(app);
        for path in ["/metrics", "/metrics/"] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = app.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{endpoint} at {path}");
        }
    }
}
