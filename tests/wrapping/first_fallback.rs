//! The first request of a process, to a wrapped router that is the fallback of another, is counted once. Alone
//! in its process: the suite may learn nothing from other routers.

mod once;

use axum::Router;

#[tokio::test]
async fn first_request_to_a_fallback_is_counted_once() {
    // The outer endpoint comes first.
    let nest = |inner: Router| Router::new().fallback_service(inner);
    once::check(nest, "/inner", "unmatched").await;
}
