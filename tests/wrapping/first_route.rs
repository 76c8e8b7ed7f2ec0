//! The first request of a process, to a wrapped router that is nested in another, is counted once. Alone
//! in its process: the suite may learn nothing from other routers.

mod once;

use axum::Router;

#[tokio::test]
async fn first_request_to_a_nested_route_is_counted_once() {
    let nest = |inner: Router| Router::new().nest("/api", inner);
    once::check(nest, "/api/inner", "/api/inner").await;
}
