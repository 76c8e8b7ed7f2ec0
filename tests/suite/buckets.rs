//! Buckets of the settings are those of everything in seconds, unless code has bounds for a name.
//!
//! The test has a process of its own, for a process has one recorder.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::Request;
use http_body_util::BodyExt;
use tests::scrape::Scrape;
use tollgate::collectors::{JobState, Jobs};
use tollgate::recorder::Matcher;
use tollgate::{Settings, Tollgate};
use tower::ServiceExt;

#[tokio::test]
async fn buckets_of_the_settings_are_those_of_seconds() {
    let variables = [("METRICS_ENABLED", "true"), ("METRICS_BUCKETS", "0.25, 60")];
    let settings = Settings::loader().environment(variables).load().unwrap();
    let is_stock = module_path!().contains("stock");
    let builder = Tollgate::builder().settings(settings);
    let builder = if is_stock {
        builder.metrics_exporter_prometheus()
    } else {
        builder.map_recorder(|recorder| {
            let named = Matcher::Full("named_seconds".to_owned());
            let recorder = recorder.buckets(&[1.0, 2.0, 3.0]);
            recorder.buckets_for(named, &[1.0])
        })
    };
    let app = Router::new().route("/", get(|| async { "hello" }));
    let app = builder.build().unwrap().wrap(app);

    let ask = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        response.into_body().collect().await.unwrap().to_bytes()
    };
    ask("/").await;
    let jobs = Jobs::builder().build().unwrap();
    jobs.start("import").end(JobState::Success);
    for name in [
        "query_execution_duration_seconds",
        "named_seconds",
        "read_bytes",
        "rows",
    ] {
        tollgate::metrics::histogram!(name).record(0.5);
    }
    let scrape = Scrape::new(String::from_utf8(ask("/metrics").await.to_vec()).unwrap());
    let buckets = |name: &str| scrape.values(&format!("{name}_bucket"), &[]).len();
    assert_eq!(buckets("http_request_duration_seconds"), 3, "{scrape:#?}");
    if !is_stock {
        for (name, expected) in [
            ("job_duration_seconds", 3),
            ("query_execution_duration_seconds", 3),
            ("named_seconds", 2),
            ("read_bytes", 4),
            ("rows", 4),
        ] {
            assert_eq!(buckets(name), expected, "{name}: {scrape:#?}");
        }
    }
}
