//! Answers, field by field.

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_FRAME_OPTIONS};
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tollgate_management::{Access, Readiness};

use crate::{Answer, ask, endpoints, read};

/// Returns the endpoints, with health open to all callers.
fn open(readiness: &Readiness) -> Router {
    let access = Access::new().sensitive(false);
    endpoints(readiness)
        .access("health", access)
        .build()
        .unwrap()
}

async fn json(router: &Router, path: &str) -> (StatusCode, Value) {
    let answer = ask(router, Method::GET, path, None).await;
    assert_eq!(answer.headers[CONTENT_TYPE], "application/json");
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

#[tokio::test]
async fn health_is_the_worst_of_its_checks() {
    let readiness = Readiness::new();
    let router = open(&readiness);
    let well = json!({ "status": "UP", "details": { "depth": 12 } });
    let up = json!({ "status": "UP" });
    let water = json!({ "status": "UP", "details": { "well": &well } });
    let all = json!({ "status": "UP", "details": { "readinessState": &up, "well": &well } });
    assert_eq!(json(&router, "/health").await, (StatusCode::OK, all));
    assert_eq!(
        json(&router, "/health/water").await,
        (StatusCode::OK, water.clone())
    );
    assert_eq!(
        json(&router, "/health/well").await,
        (StatusCode::OK, well.clone())
    );

    readiness.stop();
    let stopped = json!({ "status": "OUT_OF_SERVICE" });
    let ready = json!({ "status": "OUT_OF_SERVICE", "details": { "readinessState": &stopped } });
    let all = json!({
        "status": "OUT_OF_SERVICE",
        "details": { "readinessState": &stopped, "well": &well },
    });
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    assert_eq!(json(&router, "/health").await, (unavailable, all));
    assert_eq!(
        json(&router, "/health/readiness").await,
        (unavailable, ready)
    );
    assert_eq!(
        json(&router, "/health/water").await,
        (StatusCode::OK, water)
    );
    let live = json!({ "status": "UP", "details": {} });
    assert_eq!(
        json(&router, "/health/liveness").await,
        (StatusCode::OK, live)
    );
}

#[tokio::test]
async fn summary_is_only_a_status() {
    let router = endpoints(&Readiness::new()).build().unwrap();
    for path in ["/health", "/health/readiness", "/health/water"] {
        assert_eq!(json(&router, path).await.1, json!({ "status": "UP" }));
    }
}

#[tokio::test]
async fn info_is_entries_git_build_and_uptime() {
    let (_, mut info) = json(&open(&Readiness::new()), "/info").await;
    let rustc = info["build"]["rustc"].take();
    assert!(rustc.as_str().unwrap().starts_with("rustc "), "{rustc}");
    assert!(info["uptime"]["seconds"].take().is_u64());
    let build = json!({ "name": "shop", "version": "1.2.3", "rustc": null });
    let git = json!({ "commit": { "id": "8f5aa6f" } });
    let uptime = json!({ "seconds": null });
    let expected = json!({ "team": "payments", "git": git, "build": build, "uptime": uptime });
    assert_eq!(info, expected);
}

#[tokio::test]
async fn discovery_answers_links() {
    let (_, discovered) = json(&open(&Readiness::new()), "/").await;
    let links = discovered["_links"].as_object().unwrap();
    assert!(links.keys().eq([
        "health",
        "health-liveness",
        "health-readiness",
        "health-readinessState",
        "health-water",
        "health-well",
        "info",
        "loggers",
        "loggers-name",
        "metrics",
        "metrics-name",
        "prometheus",
        "schedule",
        "self",
        "tasks",
    ]));
    assert_eq!(links["self"], json!({ "href": "/", "templated": false }));
    let water = json!({ "href": "/health/water", "templated": false });
    assert_eq!(links["health-water"], water);
    let metric = json!({ "href": "/metrics/{name}", "templated": true });
    assert_eq!(links["metrics-name"], metric);
}

#[tokio::test]
async fn discovery_hides_closed_endpoints() {
    let router = endpoints(&Readiness::new()).build().unwrap();
    let (_, discovered) = json(&router, "/").await;
    for link in discovered["_links"].as_object().unwrap().values() {
        let href = link["href"].as_str().unwrap();
        let href = href.replace("/metrics/{name}", "/metrics/orders_total");
        let href = href.replace("/loggers/{name}", "/loggers/ROOT");
        let answer = ask(&router, Method::GET, &href, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{link}");
    }
}

#[tokio::test]
async fn nested_router_links_to_itself() {
    let app = Router::new().nest("/management", open(&Readiness::new()));
    let (_, discovered) = json(&app, "/management").await;
    assert_eq!(discovered["_links"]["info"]["href"], "/management/info");
}

#[tokio::test]
async fn browser_gets_a_page_that_loads_and_runs_nothing() {
    let request = Request::get("/").header("accept", "text/html,*/*;q=0.8");
    let router = open(&Readiness::new());
    let Answer { headers, body, .. } = read(&router, request.body(Body::empty()).unwrap()).await;
    assert_eq!(headers[CONTENT_TYPE], "text/html; charset=utf-8");
    let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(
        !policy.contains("unsafe") && !policy.contains("script-src"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(headers[REFERRER_POLICY], "no-referrer");
    assert_eq!(headers[X_FRAME_OPTIONS], "DENY");
    assert!(body.contains(r#"<a href="/health">/health</a>"#), "{body}");
    assert!(!body.contains("<script"), "{body}");
}
