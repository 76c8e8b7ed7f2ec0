//! Refused mounts and their messages.

use std::{
    cell::RefCell,
    panic::{self, AssertUnwindSafe},
};

use axum::{
    Router,
    extract::State,
    http::{Method, StatusCode},
    routing::{any, get, head, post},
};
use tollgate_auth::{MasterKeyLayer, MasterKeys};
use tollgate_axum::{Guard, MetricsPath, MetricsRoute, RouterExt};

use crate::{Formats, ask, request, scrape};

/// Returns the message of the error after the path.
#[track_caller]
fn refusal(path: &str) -> String {
    let message = path.parse::<MetricsPath>().unwrap_err().to_string();
    let reason = message.strip_prefix(&format!("cannot mount metrics at {path:?}: "));
    reason.unwrap().to_owned()
}

#[test]
fn every_refusal_names_the_path_and_the_fix() {
    for (path, reason) in [
        ("", r#"the path is empty; write one such as "/metrics""#),
        (
            "metrics",
            r#"the path has no leading slash; write "/metrics""#,
        ),
        (
            "/metrics/{id}",
            "captures and wildcards match several paths; write the one that is scraped",
        ),
        (
            "/metrics?all",
            "a query or fragment is not part of a path; remove it",
        ),
        (
            "/metrics#all",
            "a query or fragment is not part of a path; remove it",
        ),
        ("//metrics", "two slashes follow each other; write one"),
        (
            "/debug/../metrics",
            r#"clients resolve "." and ".." before they ask; write the path they arrive at"#,
        ),
        ("/my metrics", "a path holds no whitespace; remove it"),
        ("/metrics\r\n", "a path holds no whitespace; remove it"),
        (
            "/metrics\u{1b}",
            "a path holds no control characters; remove them",
        ),
        ("/mètrics", "a path holds ASCII only; use other letters"),
        (
            "/%6detrics",
            "an encoded path matches one spelling only; use characters that need no encoding",
        ),
        (
            "/<metrics>",
            "a path holds letters, digits and any of -._~!$&'()*+,;=:@; use those",
        ),
    ] {
        assert_eq!(refusal(path), reason, "{path:?}");
    }
}

#[test]
fn path_in_a_message_is_escaped() {
    let error = "/\u{1b}[2J\n\"".parse::<MetricsPath>().unwrap_err();

    assert!(
        error
            .to_string()
            .starts_with(r#"cannot mount metrics at "/\u{1b}[2J\n\"": "#)
    );
}

#[tokio::test]
async fn path_is_matched_literally() {
    for path in [
        "/",
        "/metrics",
        "/metrics/",
        "/debug/metrics",
        "/-/m.e_t~r:i@c,s",
    ] {
        let app = Router::new()
            .route("/{*any}", get(|| async { StatusCode::IM_A_TEAPOT }))
            .mount_metrics(&path.parse().unwrap(), Formats, Guard::Open);

        assert_eq!(ask(&app, scrape(path)).await.status, 200, "{path}");
        for other in [format!("{path}/"), format!("{path}x"), path.to_uppercase()] {
            let status = ask(&app, scrape(&other)).await.status;
            assert!(
                other == path || status == StatusCode::IM_A_TEAPOT,
                "{other}"
            );
        }
    }
}

#[tokio::test]
async fn routers_with_state_and_nested_routers_take_metrics() {
    let inner = Router::new()
        .route(
            "/state",
            get(|State(state): State<&'static str>| async move { state }),
        )
        .mount_metrics(&MetricsPath::default(), Formats, Guard::Open);
    let app = Router::new().nest("/inner", inner).with_state("state");

    assert_eq!(ask(&app, scrape("/inner/state")).await.text(), "state");
    assert_eq!(ask(&app, scrape("/inner/metrics")).await.status, 200);
}

#[tokio::test]
async fn other_methods_of_a_path_stay() {
    let app = Router::new()
        .route("/metrics", post(|| async { StatusCode::CREATED }))
        .mount_metrics(&MetricsPath::default(), Formats, Guard::Open);

    assert_eq!(ask(&app, scrape("/metrics")).await.status, 200);
    let pushed = ask(&app, request(Method::POST, "/metrics", &[])).await;
    assert_eq!(pushed.status, StatusCode::CREATED);
    let other = ask(&app, request(Method::PUT, "/metrics", &[])).await;
    assert_eq!(other.header("allow"), Some("POST,GET,HEAD"));

    let app = Router::new()
        .route("/metrics", head(|| async { StatusCode::IM_A_TEAPOT }))
        .mount_metrics(&MetricsPath::default(), Formats, Guard::Open);
    assert_eq!(ask(&app, scrape("/metrics")).await.status, 200);
    let head = ask(&app, request(Method::HEAD, "/metrics", &[])).await;
    assert_eq!(head.status, StatusCode::IM_A_TEAPOT);
}

#[tokio::test]
async fn route_for_any_method_keeps_the_others() {
    let teapot = || async { StatusCode::IM_A_TEAPOT };
    let any_method = Router::new().route("/metrics", any(teapot));
    let fallback = Router::new()
        .route("/metrics", post(|| async {}))
        .method_not_allowed_fallback(teapot);
    for app in [any_method, fallback] {
        let keys = MasterKeys::new(["correct-horse-battery-staple"]).unwrap();
        let app = app.mount_metrics(&MetricsPath::default(), Formats, MasterKeyLayer::new(keys));

        assert_eq!(ask(&app, scrape("/metrics")).await.status, 401);
        let head = ask(&app, request(Method::HEAD, "/metrics", &[])).await;
        assert_eq!(head.status, 401);
        let put = ask(&app, request(Method::PUT, "/metrics", &[])).await;
        assert_eq!(put.status, StatusCode::IM_A_TEAPOT);
    }
}

thread_local! {
    /// File, line and message of this thread's last panic.
    static PANIC: RefCell<Option<(String, u32, String)>> = const { RefCell::new(None) };
}

#[track_caller]
fn panic_of(mount: impl FnOnce()) -> (String, u32, String) {
    let earlier = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let location = info.location().unwrap();
        let message = info
            .payload()
            .downcast_ref::<String>()
            .cloned()
            .unwrap_or_default();
        PANIC.set(Some((location.file().to_owned(), location.line(), message)));
        earlier(info);
    }));
    panic::catch_unwind(AssertUnwindSafe(mount)).unwrap_err();
    PANIC.take().unwrap()
}

#[test]
fn taken_path_panics_at_the_caller() {
    let app: Router = Router::new().route("/metrics", get(|| async {}));
    let line = line!() + 3;
    let (file, at, message) = panic_of(|| {
        let app = app.clone();
        let _ = app.mount_metrics(&MetricsPath::default(), Formats, Guard::Open);
    });
    assert_eq!((file.as_str(), at), (file!(), line));
    assert!(message.contains("`GET /metrics`"), "{message}");

    let nested = Router::<()>::new().nest_service("/metrics", get(|| async {}));
    let line = line!() + 2;
    let (file, at, message) = panic_of(|| {
        let _ = nested.mount_metrics(&MetricsPath::default(), Formats, Guard::Open);
    });
    assert_eq!((file.as_str(), at), (file!(), line));
    assert!(message.contains("/metrics"), "{message}");

    let service = Router::<()>::new().route_service("/metrics", get(|| async {}));
    panic_of(|| drop(service.mount_metrics(&MetricsPath::default(), Formats, Guard::Open)));

    let route = MetricsRoute::new(Formats, Guard::Open);
    let line = line!() + 2;
    let (file, at, _) = panic_of(|| {
        let _ = app.mount_metrics_route(&MetricsPath::default(), route);
    });
    assert_eq!((file.as_str(), at), (file!(), line));
}
