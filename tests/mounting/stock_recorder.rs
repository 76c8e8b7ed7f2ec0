//! The recorder of metrics-exporter-prometheus without the suite, as the guide sets it up.

use std::sync::Arc;

use axum::{Router, body::Body, http::Request, routing::get};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tests::scrape::Scrape;
use tollgate_axum::{Axum, Guard, MetricsPath, RouterExt};
use tollgate_http::{BYTES_BUCKETS, RequestMetricsLayer, SECONDS_BUCKETS};
use tower::ServiceExt;

use crate::{Answer, scrape};

#[tokio::test]
async fn durations_and_sizes_are_histograms_with_the_public_bounds() {
    let bytes = Matcher::Suffix("_bytes".into());
    let recorder = PrometheusBuilder::new()
        .set_buckets(&SECONDS_BUCKETS)
        .and_then(|builder| builder.set_buckets_for_metric(bytes, &BYTES_BUCKETS))
        .unwrap()
        .build_recorder();
    let handle = recorder.handle();
    let layer = RequestMetricsLayer::builder()
        .recorder(Arc::new(recorder))
        .body_sizes();
    let app = Router::new()
        .route("/users/{id}", get(async || "Ada"))
        .layer(layer.build().unwrap().for_host(Axum))
        .mount_metrics(&MetricsPath::default(), handle.clone(), Guard::Open);
    for _ in 0..3 {
        let request = Request::get("/users/1").body(Body::empty()).unwrap();
        app.clone().oneshot(request).await.unwrap();
        // Samples wait for a scrape or for this.
        handle.run_upkeep();
    }
    let answer = Answer::read(app.oneshot(scrape("/metrics")).await.unwrap()).await;
    let scraped = Scrape::new(String::from_utf8(answer.body.to_vec()).unwrap());
    for (name, bounds) in [
        ("http_request_duration_seconds", SECONDS_BUCKETS.len()),
        ("http_response_size_bytes", BYTES_BUCKETS.len()),
    ] {
        let buckets = scraped.values(&format!("{name}_bucket"), &[]);
        assert_eq!(buckets.len(), bounds + 1, "{scraped:#?}");
        assert_eq!(scraped.values(&format!("{name}_count"), &[]), [3.0]);
    }
}
