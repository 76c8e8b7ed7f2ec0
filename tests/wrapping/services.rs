//! Services that no route leads to.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

use std::convert::Infallible;
use std::future::pending;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, Response, StatusCode};
use axum::response::IntoResponse;
use axum::{Extension, routing};
use futures_util::{FutureExt, stream};
use tests::ledger::Ledger;
use tollgate_axum::{Axum, RouterExt};
use tollgate_http::{RequestMetricsLayer, Route};
use tower::{Layer, ServiceExt, service_fn};

use crate::get;

fn layer(ledger: &Ledger) -> RequestMetricsLayer<Axum> {
    let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
    builder.build().unwrap().for_host(Axum)
}

/// Returns the series of requests, as `endpoint status count`, and asserts that none is in flight.
fn totals(ledger: &Ledger) -> Vec<String> {
    let samples = ledger.samples();
    let in_flight = |sample: &&String| sample.starts_with("http_requests_in_flight");
    let at_rest = |sample: &String| sample.ends_with(" 0");
    assert!(samples.iter().filter(in_flight).all(at_rest), "{samples:?}");
    let totals = samples.iter().filter_map(|sample| {
        let labels = sample.strip_prefix("http_request_total{method=\"GET\",endpoint=\"")?;
        Some(labels.replace("\",status=\"", " ").replace("\"}", ""))
    });
    totals.collect()
}

async fn file(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    Ok(match request.uri().path() {
        "/logo.svg" => Response::new(Body::from("logo")),
        _ => StatusCode::NOT_FOUND.into_response(),
    })
}

#[tokio::test]
async fn nested_service_is_named_by_its_prefix() {
    let ledger = Ledger::new();
    let app = Router::new()
        .nest_named_service("/admin", service_fn(file))
        .nest_named_service("/tenants/{tenant}/", service_fn(file))
        .nest_service("/plain", service_fn(file))
        .layer(layer(&ledger));
    for path in [
        "/admin/logo.svg",
        "/admin/.env",
        "/tenants/7/logo.svg",
        "/plain/logo.svg",
        "/none",
    ] {
        get(&app, path).await;
    }
    assert_eq!(
        totals(&ledger),
        [
            "/admin/* 200 1",
            "/admin/* 404 1",
            "/tenants/{tenant}/* 200 1",
            "unmatched 200 1",
            "unmatched 404 1",
        ]
    );
}

#[tokio::test]
async fn fallback_names_itself_and_a_matched_route_keeps_its_name() {
    let ledger = Ledger::new();
    let page = || async { (Extension(Route::from("page")), "page") };
    let app = Router::new()
        .route("/users/{id}", routing::get(page))
        .fallback(page)
        .layer(layer(&ledger));
    for path in ["/users/7", "/cart", "/checkout/3"] {
        get(&app, path).await;
    }
    assert_eq!(totals(&ledger), ["/users/{id} 200 1", "page 200 2"]);
}

#[tokio::test]
async fn service_that_names_itself_keeps_its_name_in_a_named_nest() {
    let ledger = Ledger::new();
    let inner = Router::new().fallback(|| async { (Extension(Route::from("inner")), "inner") });
    let app = Router::new()
        .nest_named_service("/admin", inner)
        .layer(layer(&ledger));
    get(&app, "/admin/x").await;
    assert_eq!(totals(&ledger), ["inner 200 1"]);
}

#[tokio::test]
async fn response_of_a_plain_service_names_its_endpoint_unless_the_request_has_a_route() {
    let ledger = Ledger::new();
    let layer = RequestMetricsLayer::builder().recorder(ledger.recorder());
    let named = async |_: Request<Body>| {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(Route::from("/assets/*"));
        Ok::<_, Infallible>(response)
    };
    let service = layer.build().unwrap().layer(service_fn(named));
    let mut routed = Request::new(Body::empty());
    routed.extensions_mut().insert(Route::from("/users/{id}"));
    for request in [Request::new(Body::empty()), routed] {
        service.clone().oneshot(request).await.unwrap();
    }
    assert_eq!(totals(&ledger), ["/assets/* 200 1", "/users/{id} 200 1"]);
}

#[tokio::test]
async fn request_without_a_response_stays_unmatched_and_a_body_is_in_flight_at_its_name() {
    let ledger = Ledger::new();
    let service = service_fn(async |request: Request<Body>| {
        if request.uri().path() == "/slow" {
            pending::<()>().await;
        }
        Ok::<_, Infallible>(Response::new(Body::from_stream(stream::pending::<
            Result<Bytes, Infallible>,
        >())))
    });
    let app = Router::new().nest_named_service("/admin", service);
    let app = app.layer(layer(&ledger));
    let in_flight = |endpoint: &str| {
        let labels = [("endpoint", endpoint)];
        ledger.scrape().sum("http_requests_in_flight", &labels)
    };
    let send = |path: &str| {
        app.clone()
            .oneshot(Request::get(path).body(Body::empty()).unwrap())
    };

    assert!(send("/admin/slow").now_or_never().is_none());
    let response = send("/admin/stream").await.unwrap();
    assert_eq!([in_flight("/admin/*"), in_flight("unmatched")], [1.0, 0.0]);
    drop(response);
    assert_eq!(totals(&ledger), ["/admin/* 200 1", "unmatched 499 1"]);
}

#[tokio::test]
async fn names_of_responses_are_bounded() {
    let ledger = Ledger::new();
    let named = |request: Request<Body>| async move {
        let path = request.uri().path().to_owned();
        (Extension(Route::from(path)), "")
    };
    let layer = RequestMetricsLayer::builder().max_endpoints(3);
    let layer = layer.recorder(ledger.recorder()).build().unwrap();
    let app = Router::new().fallback(named).layer(layer.for_host(Axum));
    for n in 0..10 {
        get(&app, &format!("/{n}")).await;
    }
    assert_eq!(
        totals(&ledger),
        ["/0 200 1", "/1 200 1", "/2 200 1", "overflow 200 7"]
    );
    let samples = ledger.samples();
    assert!(samples.contains(&"http_endpoint_overflow_total 7".to_owned()));
}
