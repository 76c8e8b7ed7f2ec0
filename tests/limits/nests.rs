//! Nested routers and services.

use std::fs;

use axum::http::StatusCode;
use axum::response::Html;
use axum::{Extension, Router, routing};
use tests::ledger::Ledger;
use tollgate_axum::{Axum, RouterExt};
use tollgate_http::{RequestMetricsLayer, Route};
use tower_http::services::ServeDir;

use crate::{get, layer, records};

fn users() -> Router {
    let hello = || routing::get(|| async { "hello" });
    Router::new()
        .route("/users/{id}", hello())
        .route("/healthz", hello())
}

#[tokio::test]
async fn files_are_told_apart_from_scanners_by_a_named_nest_and_a_fallback_that_names_itself() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("logo.svg"), "<svg/>").unwrap();
    let files = || ServeDir::new(folder.path());
    let page = || async { (Extension(Route::from("page")), Html("page")) };

    let plain = Ledger::new();
    let app = users()
        .nest_service("/assets", files())
        .fallback(|| async { "page" });
    let app = app.layer(layer(&plain));
    let named = Ledger::new();
    let better = users()
        .nest_named_service("/assets", files())
        .fallback(page);
    let better = better.layer(layer(&named));
    for app in [app, better] {
        assert_eq!(get(&app, "/assets/logo.svg").await.0, StatusCode::OK);
        assert_eq!(get(&app, "/assets/.env").await.0, StatusCode::NOT_FOUND);
        assert_eq!(get(&app, "/cart").await.0, StatusCode::OK);
    }
    assert_eq!(records(&plain), ["unmatched 200 2", "unmatched 404 1"]);
    let expected = ["/assets/* 200 1", "/assets/* 404 1", "page 200 1"];
    assert_eq!(records(&named), expected);
}

#[tokio::test]
async fn not_found_below_the_prefix_of_a_plain_router_is_no_record() {
    let ledger = Ledger::new();
    let app = Router::new().nest("/api", users().layer(layer(&ledger)));
    assert_eq!(get(&app, "/api/users/7").await.0, StatusCode::OK);
    assert_eq!(get(&app, "/api/none").await.0, StatusCode::NOT_FOUND);
    assert_eq!(records(&ledger), ["/api/users/{id} 200 1"]);
}

#[tokio::test]
async fn skipped_path_of_a_nested_router_is_without_the_prefix_and_a_pattern_with_it() {
    let builder = || RequestMetricsLayer::builder();
    for (builder, is_counted) in [
        (builder().skip_path("/healthz"), false),
        (builder().skip_path("/api/healthz"), true),
        (builder().skip_pattern("/healthz"), true),
        (builder().skip_pattern("/api/healthz"), false),
    ] {
        let ledger = Ledger::new();
        let layer = builder.recorder(ledger.recorder()).build().unwrap();
        let app = Router::new().nest("/api", users().layer(layer.for_host(Axum)));
        get(&app, "/api/healthz").await;
        assert_eq!(!records(&ledger).is_empty(), is_counted);
    }
}
