//! Wrapped routers within others, services that name their endpoint, and routes by pattern.

mod nested;
mod patterns;
mod services;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use tests::scrape::Scrape;
use tower::ServiceExt;

/// Sends a GET, and returns status and body.
async fn get(app: &Router, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.into()).unwrap())
}

/// Returns what the suite's endpoint shows.
async fn scrape(app: &Router) -> Scrape {
    let (status, body) = get(app, "/metrics").await;
    assert_eq!(status, StatusCode::OK);
    Scrape::new(body)
}
