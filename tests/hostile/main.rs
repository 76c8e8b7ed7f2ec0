//! A million hostile requests leave no more series and no more memory than the routes and the caps
//! allow.

mod attacker;
mod census;

use std::convert::Infallible;
use std::future::{pending, ready};
use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::header::{HOST, HeaderValue, USER_AGENT};
use http::{HeaderName, StatusCode};
use http_body_util::Empty;
use tollgate_axum::Axum;
use tollgate_http::{BoundedLabel, Exception, RequestMetricsLayer};
use tower::{Layer, Service, service_fn};

use crate::attacker::Attacker;
use crate::census::Census;

const REQUESTS: u64 = 1_000_000;

/// Values of the method label.
const METHODS: [&str; 11] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY",
    "other",
];

/// Number of series that each method on an endpoint has apart from its statuses: a gauge, the two
/// phases of cancelled requests, two sizes, and the only exception in these tests.
const ONCE: usize = 6;

const SEED: u64 = 0x7011_6A7E;

/// Prefixes of paths that match a route.
const TARGETS: [&str; 8] = [
    "/users",
    "/files",
    "/status",
    "/slow",
    "/broken",
    "/api",
    "/api/items",
    "/static",
];

/// Upper bound of memory for each series, including its share of the tables that lead to it.
const SERIES_BYTES: usize = 1_024;

const ENDPOINT_CAP: usize = 100;
/// Number of values that each of the two labels keeps.
const VALUES: usize = 10;
/// Cap on combinations of the two labels, below the possible number.
const COMBINATIONS: usize = 20;
/// Upper bound of a value's length.
const VALUE_BYTES: usize = 128;

/// Every endpoint of [`app`], and its number of statuses.
const ENDPOINTS: [(&str, usize); 9] = [
    ("/users/{id}", 2),
    ("/files/{*path}", 1),
    ("/status/{code}", 501),
    ("/slow", 1),
    ("/broken", 1),
    ("/api/items/{id}", 2),
    // The root of a nested service has a template; the paths below it have none.
    ("/static", 1),
    ("/static/", 1),
    ("unmatched", 3),
];

#[test]
fn routes_bound_the_series_of_an_axum_app() {
    let census = Arc::new(Census::default());
    let builder = RequestMetricsLayer::builder().recorder(Arc::clone(&census) as _);
    let layer = builder.body_sizes().build().unwrap();
    let mut app = app().layer(layer.for_host(Axum));

    attack(&census, |request| {
        drop(app.call(request.map(|()| Body::empty())).now_or_never());
    });

    let series = ENDPOINTS
        .map(|(_, statuses)| series_of(statuses))
        .iter()
        .sum::<usize>();
    assert!(census.len() <= series + 1, "{} series", census.len());
    let endpoints = ENDPOINTS.map(|(endpoint, _)| endpoint.to_owned());
    assert_eq!(census.values("endpoint"), endpoints.into());
    let phases = ["body", "head"].map(str::to_owned);
    assert_eq!(census.values("phase"), phases.into());
    let exceptions = ["spilled"].map(str::to_owned);
    assert_eq!(census.values("exception"), exceptions.into());
    assert_eq!(census.sum("http_request_total", None), REQUESTS);
    assert_eq!(census.sum("http_endpoint_overflow_total", None), 0);
}

#[test]
fn caps_bound_the_series_of_a_service_with_raw_paths_as_endpoints() {
    let census = Arc::new(Census::default());
    let builder = RequestMetricsLayer::builder().recorder(Arc::clone(&census) as _);
    // The worst configuration: clients choose every value freely.
    let label = |name, header: HeaderName| {
        let label = BoundedLabel::from_request(name, move |request| {
            let value = request.headers().get(&header).map(HeaderValue::as_bytes);
            String::from_utf8_lossy(value.unwrap_or_default())
        });
        label.max_values(VALUES)
    };
    let layer = builder
        .name_endpoint(|request| Some(request.uri().path().into()))
        .max_endpoints(ENDPOINT_CAP)
        .bounded_label(label("agent", USER_AGENT))
        .bounded_label(label("host", HOST))
        .max_label_combinations(COMBINATIONS)
        .body_sizes()
        .build()
        .unwrap();
    let mut service = layer.layer(service_fn(|_| {
        ready(Ok::<_, Infallible>(Response::new(Empty::<&[u8]>::new())))
    }));

    attack(&census, |request| {
        drop(
            service
                .call(request.map(|()| Empty::<&[u8]>::new()))
                .now_or_never(),
        );
    });

    // There is one status, in each combination of the labels and in the overflow.
    let series = (ENDPOINT_CAP + 1) * series_of(COMBINATIONS + 1);
    assert!(census.len() <= series + 1, "{} series", census.len());
    assert_eq!(census.values("endpoint").len(), ENDPOINT_CAP + 1);
    for label in ["agent", "host"] {
        let values = census.values(label);
        assert_eq!(values.len(), VALUES + 1);
        assert!(values.iter().all(|value| value.len() <= VALUE_BYTES));
    }
    // A request may also send the values of the overflow combination.
    let combinations = census.combinations(&["agent", "host"]).len();
    assert!((COMBINATIONS..=COMBINATIONS + 1).contains(&combinations));
    assert_eq!(census.sum("http_request_total", None), REQUESTS);
    assert_eq!(
        census.sum("http_endpoint_overflow_total", None),
        census.sum("http_request_total", Some(("endpoint", "overflow")))
    );
}

/// Returns the most series that an endpoint can have: for each method a duration and a total of
/// each status, and the series without a status.
fn series_of(statuses: usize) -> usize {
    METHODS.len() * (2 * statuses + ONCE)
}

/// Sends the requests and checks their series and their memory.
#[track_caller]
fn attack(census: &Census, mut send: impl FnMut(Request<()>)) {
    eprintln!("seed {SEED:#x}");
    let mut attacker = Attacker::new(SEED, &TARGETS);
    let mut half = || {
        for _ in 0..REQUESTS / 2 {
            send(attacker.request());
        }
    };
    for _ in 0..2 {
        let met = census.len();
        let grown = allocation_counter::measure(&mut half).bytes_current;
        let new = census.len() - met;
        let allowed = i64::try_from(new * SERIES_BYTES).unwrap();
        assert!(grown <= allowed, "{grown} bytes for {new} series");
    }

    assert!(
        census
            .values("method")
            .iter()
            .all(|method| METHODS.contains(&method.as_str()))
    );
    let status = |status: &String| matches!(status.parse(), Ok(100..600_u16)) || status == "other";
    assert!(census.values("status").iter().all(status));
    assert_eq!(
        census.sum("http_requests_in_flight", None),
        0,
        "0.0 has no bit set"
    );
}

/// Builds an app with every kind of route.
fn app() -> Router {
    let nested = Router::new()
        .route("/items/{id}", get("tea"))
        .fallback(async || StatusCode::IM_A_TEAPOT);
    let service = service_fn(|_: Request| ready(Ok::<_, Infallible>("tea".into_response())));
    Router::new()
        .route("/users/{id}", get("tea"))
        .route("/files/{*path}", any(streamed))
        .route("/status/{code}", any(status))
        .route("/slow", any(pending::<()>))
        .route("/broken", any(async || Extension(Exception("spilled"))))
        .nest("/api", nested)
        .nest_service("/static", service)
}

/// Answers with the status in the path.
async fn status(request: Request) -> StatusCode {
    let code = request.uri().path().rsplit('/').next();
    let code = code.and_then(|code| code.parse().ok());
    let status = code.and_then(|code| StatusCode::from_u16(code).ok());
    status.unwrap_or(StatusCode::NOT_FOUND)
}

async fn streamed() -> Body {
    Body::from_stream(stream::iter([Ok::<_, Infallible>(Bytes::from_static(
        b"tea",
    ))]))
}
