//! The metrics of a wrapped router without routes of its own are at one path, if it is nested in another
//! one. Alone in its process: the suite may learn nothing from other routers.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use tollgate::Tollgate;
use tower::ServiceExt;

#[tokio::test]
async fn metrics_of_a_nested_router_without_routes_are_hidden() {
    let suite = Tollgate::builder().enabled(true).build().unwrap();
    let inner = suite.wrap(Router::new());
    let outer = suite.wrap(Router::new().nest("/api", inner));
    for (path, status) in [
        ("/api/metrics", StatusCode::NOT_FOUND),
        ("/metrics", StatusCode::OK),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = outer.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
    }
}
