//! A suite that nobody scrapes does not grow.
//!
//! The only test of its process, for it counts all bytes that the process holds.

use std::alloc::System;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::Request;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tollgate::Tollgate;
use tower::ServiceExt;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[tokio::test]
async fn unscraped_requests_hold_no_memory() {
    let is_stock = module_path!().contains("stock");
    let builder = Tollgate::builder().enabled(true);
    let builder = if is_stock {
        builder.metrics_exporter_prometheus()
    } else {
        builder
    };
    let tollgate = builder.build().unwrap();
    let app = Router::new().route("/", get(|| async { "hello" }));
    let app = tollgate.wrap(app);
    // Until the test runner's own thread has allocated what it needs, too.
    serve(&app, 1_000).await;
    let before = held();

    serve(&app, 100_000).await;
    if !is_stock {
        assert_eq!(held(), before, "tollgate's recorder keeps no samples");
        return;
    }

    // The stock recorder keeps the raw sample of each duration.
    let grown = held() - before;
    assert!(grown > 100_000 * size_of::<f64>(), "{grown}");

    // The upkeep folds them into buckets; later requests free the rest.
    let deadline = Instant::now() + Duration::from_mins(1);
    while held() > before + grown / 4 {
        assert!(Instant::now() < deadline, "{before} {grown} {}", held());
        serve(&app, 10).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn serve(app: &Router, requests: usize) {
    for _ in 0..requests {
        let request = Request::get("/").body(Body::empty()).unwrap();
        app.clone().oneshot(request).await.unwrap();
    }
}

/// Returns the bytes that are allocated now.
fn held() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}
