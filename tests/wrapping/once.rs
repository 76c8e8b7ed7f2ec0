//! One request through two wrapped routers.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::routing::get;
use tests::scrape::Scrape;
use tollgate::Tollgate;
use tower::ServiceExt;

/// Asserts that a request to `path` of the outer router is one record, at `endpoint`.
pub(crate) async fn check(nest: impl FnOnce(Router) -> Router, path: &str, endpoint: &str) {
    let suite = Tollgate::builder().enabled(true).build().unwrap();
    let inner = Router::new().route("/inner", get(|| async { "hello" }));
    // As a server calls it: with its handlers made into services.
    let outer: Router = suite.wrap(nest(suite.wrap(inner))).with_state(());
    assert_eq!(send(&outer, path).await, "hello");

    let scrape = Scrape::new(send(&outer, "/metrics").await);
    assert_eq!(
        scrape.values("http_request_total", &[]),
        [1.0],
        "{scrape:#?}"
    );
    let counted = scrape.values("http_request_total", &[("endpoint", endpoint)]);
    assert_eq!(counted, [1.0], "{scrape:#?}");
}

async fn send(app: &Router, path: &str) -> String {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.into()).unwrap()
}
