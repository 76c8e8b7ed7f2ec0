//! Management endpoints: access, shapes and states.

mod access;
mod browser;
mod database;
mod environment;
mod health;
mod jobs;
mod loggers;
mod measured;
#[cfg(unix)]
mod process;
mod requests;
mod shapes;

use std::convert::Infallible;
use std::error::Error;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::{Router, response::Response};
use http_body_util::BodyExt;
use metrics::Recorder;
use tollgate_collectors::{Jobs, Scheduler};
use tollgate_management::{
    Checkup, Health, HealthCheck, InfoEndpoint, Loggers, ManagementBuilder, PropertySource,
    Readiness, management_router,
};
use tollgate_recorder::{Handle, RecorderBuilder};
use tower::ServiceExt;

const KEY: &str = "correct-horse-battery-staple";
const WRONG: &str = "incorrect-horse-battery-staple";

/// Check that is up.
struct Well;

impl HealthCheck for Well {
    fn name(&self) -> &'static str {
        "well"
    }

    async fn check(&self) -> Result<Checkup, Box<dyn Error + Send + Sync>> {
        Ok(Checkup::up().detail("depth", 12))
    }
}

/// Returns tollgate's recorder with the series of [`measure`].
fn measured() -> Handle {
    let (recorder, handle) = RecorderBuilder::new().build().unwrap();
    measure(&recorder);
    handle
}

/// Records a counter of two series, and a histogram.
fn measure(recorder: &dyn Recorder) {
    metrics::with_local_recorder(recorder, || {
        metrics::describe_counter!("orders_total", "Orders placed.");
        for (country, orders) in [("it", 2), ("fi", 3)] {
            metrics::counter!("orders_total", "kind" => "book", "country" => country)
                .increment(orders);
        }
        metrics::histogram!("wait_seconds", "desk" => "3").record(0.5);
    });
}

/// Returns a router with every endpoint.
fn endpoints(readiness: &Readiness) -> ManagementBuilder {
    let health = Health::builder()
        .check(Well)
        .readiness(readiness)
        .group("water", ["well"])
        .build()
        .unwrap();
    let info = InfoEndpoint::new()
        .name("shop")
        .version("1.2.3")
        .git_revision(Some("8f5aa6f"))
        .entry("team", "payments");
    let properties = PropertySource::new("shop.toml").secret("bank.password");
    management_router()
        .health(&health)
        .info(info)
        .environment([properties])
        .loggers(&Loggers::new("info,shop=debug").unwrap())
        .metrics(measured())
        .tasks("tasks", &Jobs::new())
        .schedule("schedule", &Scheduler::new())
}

#[test]
fn public_types_are_send_sync_and_debug() {
    fn check<T: Send + Sync + std::fmt::Debug>() {}
    check::<tollgate_management::Access>();
    check::<tollgate_management::DiskSpace>();
    check::<tollgate_management::HealthBuilder>();
    check::<tollgate_management::BuildError>();
    check::<Checkup>();
    check::<Health>();
    check::<InfoEndpoint>();
    check::<Loggers>();
    check::<ManagementBuilder>();
    check::<PropertySource>();
    check::<Readiness>();
}

/// Answer with its whole body.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

async fn ask(router: &Router, method: Method, path: &str, key: Option<&str>) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(key) = key {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    read(router, request.body(Body::empty()).unwrap()).await
}

/// Sends a change as JSON.
async fn change(router: &Router, path: &str, body: &str, key: Option<&str>) -> Answer {
    let mut request = Request::post(path).header("content-type", "application/json");
    if let Some(key) = key {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    read(router, request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn read(router: &Router, request: Request<Body>) -> Answer {
    let answer: Result<Response, Infallible> = router.clone().oneshot(request).await;
    let (head, body) = answer.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer {
        status: head.status,
        headers: head.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}
