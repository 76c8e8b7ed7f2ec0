//! Routes that patterns leave out or put together.

use axum::Router;
use axum::routing;
use tests::ledger::Ledger;
use tollgate::Tollgate;
use tollgate_axum::Axum;
use tollgate_http::{RequestMetricsBuilder, RequestMetricsLayer};

use crate::{get, scrape};

fn api() -> Router {
    let hello = || routing::get(|| async { "hello" });
    Router::new()
        .route("/healthz", hello())
        .route("/users/{id}", hello())
        .route("/users/{id}/posts/{post}", hello())
        .route("/orders/{id}", hello())
}

/// Returns the endpoints that were counted, with the number of their requests.
async fn counted(
    configure: impl FnOnce(RequestMetricsBuilder) -> RequestMetricsBuilder,
    paths: &[&str],
) -> Vec<String> {
    let ledger = Ledger::new();
    let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
    let layer = configure(builder).build().unwrap().for_host(Axum);
    let app = Router::new().nest("/v1", api()).merge(api()).layer(layer);
    for path in paths {
        get(&app, path).await;
    }
    let samples = ledger.samples().into_iter();
    let totals = samples.filter_map(|sample| {
        let labels = sample.strip_prefix("http_request_total{method=\"GET\",endpoint=\"")?;
        let (endpoint, rest) = labels.split_once('"')?;
        let (_, count) = rest.split_once("} ")?;
        Some(format!("{endpoint} {count}"))
    });
    totals.collect()
}

const PATHS: [&str; 10] = [
    "/healthz",
    "/users/1",
    "/users/2",
    "/users/2/posts/3",
    "/orders/1",
    "/v1/healthz",
    "/v1/users/1",
    "/v1/orders/1",
    "/static/logo.svg",
    "/.env",
];

#[tokio::test]
async fn skipped_patterns_leave_out_routes_and_unmatched_paths() {
    let skip = |builder: RequestMetricsBuilder| {
        builder
            .skip_pattern("/healthz")
            .skip_pattern("/{version}/healthz")
            .skip_pattern("/users/{*rest}")
            .skip_pattern("/static/{*path}")
    };
    for _ in 0..2 {
        assert_eq!(
            counted(skip, &PATHS).await,
            [
                "/orders/{id} 1",
                "/v1/orders/{id} 1",
                "/v1/users/{id} 1",
                "unmatched 1"
            ]
        );
    }
}

#[tokio::test]
async fn grouped_patterns_share_an_endpoint() {
    let group = |builder: RequestMetricsBuilder| {
        builder
            .group_pattern("/users/{*rest}", "users")
            .group_pattern("/v1/{*rest}", "old")
            .group_pattern("/static/{*path}", "/static/*")
            // Patterns need no place in the table.
            .max_endpoints(2)
    };
    assert_eq!(
        counted(group, &PATHS).await,
        [
            "/healthz 1",
            "/orders/{id} 1",
            "/static/* 1",
            "old 3",
            "unmatched 1",
            "users 3"
        ]
    );
}

#[tokio::test]
async fn pattern_covers_the_name_that_a_hook_gives() {
    let named = |builder: RequestMetricsBuilder| {
        builder
            .name_endpoint(|request| {
                request
                    .uri()
                    .path()
                    .ends_with("/1")
                    .then(|| "/first".into())
            })
            .group_pattern("/first", "/one")
    };
    assert_eq!(
        counted(named, &["/users/1", "/users/2"]).await,
        ["/one 1", "/users/{id} 1"]
    );
}

#[tokio::test]
async fn patterns_of_the_suites_builder_take_effect() {
    let requests = RequestMetricsLayer::builder()
        .skip_pattern("/healthz")
        .group_pattern("/orders/{id}", "grouped_orders");
    let suite = Tollgate::builder().enabled(true).requests(requests);
    let app = suite.build().unwrap().wrap(api());
    for path in ["/healthz", "/orders/1"] {
        get(&app, path).await;
    }
    let scrape = scrape(&app).await;
    let values = |endpoint| scrape.values("http_request_total", &[("endpoint", endpoint)]);
    assert_eq!(values("grouped_orders"), [1.0]);
    assert!(values("/healthz").is_empty());
}

#[test]
fn pattern_that_is_no_route_is_refused_by_the_suite() {
    let requests = RequestMetricsLayer::builder().skip_pattern("/users/:id");
    let suite = Tollgate::builder().enabled(true).requests(requests);
    let error = suite.build().unwrap_err().to_string();
    assert!(error.contains("skip_pattern \"/users/:id\""), "{error}");
    assert!(error.contains("{name}"), "{error}");
}
