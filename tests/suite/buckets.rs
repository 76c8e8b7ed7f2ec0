//! Buckets of the settings override those of code.
//!
//! The test has a process of its own, for a process has one recorder.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::Request;
use http_body_util::BodyExt;
use tests::scrape::Scrape;
use tollgate::{Settings, Tollgate};
use tower::ServiceExt;

#[tokio::test]
async fn buckets_are_those_of_the_settings() {
    let variables = [("METRICS_ENABLED", "true"), ("METRICS_BUCKETS", "0.25, 60")];
    let settings = Settings::loader().environment(variables).load().unwrap();
    let builder = Tollgate::builder().settings(settings);
    #[cfg(feature = "recorder")]
    let builder = builder.map_recorder(|recorder| recorder.buckets(&[1.0, 2.0]));
    let app = Router::new().route("/", get(|| async { "hello" }));
    let app = builder.build().unwrap().wrap(app).unwrap();

    let ask = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        response.into_body().collect().await.unwrap().to_bytes()
    };
    ask("/").await;
    let scrape = Scrape::new(String::from_utf8(ask("/metrics").await.to_vec()).unwrap());
    let buckets = scrape.values("http_request_duration_seconds_bucket", &[]);
    assert_eq!(buckets.len(), 3, "0.25, 60, +Inf: {scrape:#?}");
}
