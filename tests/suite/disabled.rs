//! A disabled suite is absent: no recorder, no thread, no route, no allocation.
//!
//! The only test of its process, for it counts the threads of the process.

#![cfg(target_os = "linux")]

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::{Request, StatusCode};
use metrics_util::debugging::DebuggingRecorder;
use tests::threads;
use tollgate::{Settings, Tollgate, auth::MasterKeys, collectors::Jobs};
use tower::ServiceExt;

#[tokio::test]
async fn disabled_suite_is_absent() {
    let threads = threads::all();
    let keys = MasterKeys::new(["correct-horse-battery"]).unwrap();
    let variables = [
        ("METRICS_ADDRESS", "127.0.0.1:0"),
        ("METRICS_BODY_SIZES", "on"),
    ];
    let settings = Settings::loader().environment(variables).load().unwrap();
    let tollgate = Tollgate::builder().enabled(false).master_keys(keys);
    let tollgate = tollgate.settings(settings);
    let tollgate = tollgate.build().unwrap();
    assert_eq!(tollgate.endpoint(), None);

    let app = Router::new().route("/", get(|| async { "hello" }));
    let mut wrapped = None;
    let allocated = allocation_counter::measure(|| wrapped = Some(tollgate.wrap(app)));
    assert_eq!(allocated.count_total, 0, "the same router");
    let app = wrapped.unwrap();
    assert_eq!(threads::all(), threads);

    // The app's own metrics record nothing, on purpose: nothing warns of it.
    let log = tempfile::NamedTempFile::new().unwrap();
    let subscriber = tracing_subscriber::fmt().with_writer(log.reopen().unwrap());
    tracing::subscriber::with_default(subscriber.finish(), || drop(Jobs::new().start("import")));
    assert_eq!(std::fs::read_to_string(log.path()).unwrap(), "");

    // It can be installed because no other recorder is.
    let recorder = DebuggingRecorder::new();
    let registered = recorder.snapshotter();
    recorder.install().unwrap();
    assert_eq!(status(&app, "/").await, StatusCode::OK);
    assert_eq!(status(&app, "/metrics").await, StatusCode::NOT_FOUND);
    assert_eq!(registered.snapshot().into_vec(), []);

    // An app with a route of its own at the path keeps it.
    let own = Router::new().route("/metrics", get(|| async { StatusCode::IM_A_TEAPOT }));
    let own = tollgate.wrap(own);
    assert_eq!(status(&own, "/metrics").await, StatusCode::IM_A_TEAPOT);
}

async fn status(app: &Router, path: &str) -> StatusCode {
    let request = Request::get(path).body(Body::empty()).unwrap();
    app.clone().oneshot(request).await.unwrap().status()
}
