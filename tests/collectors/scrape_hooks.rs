//! Collectors that are asked at each scrape.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt;
use metrics_exporter_prometheus::PrometheusBuilder;
use tests::{ledger::Ledger, scrape::Scrape};
use tollgate_axum::{Guard, MetricsPath, MetricsRoute, RouterExt};
use tollgate_collectors::ScrapeHooks;
use tower::ServiceExt;

use crate::{
    NEVER,
    scripted::{Scripted, Step},
    soon,
};

const TIMEOUTS: &str = "tollgate_collector_timeouts_total";

#[tokio::test]
async fn a_scrape_shows_the_values_of_its_hooks() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let (scripted, script) = Scripted::new();
    let hooks = ScrapeHooks::new()
        .recorder(Arc::new(recorder))
        .hook_timeout(NEVER)
        .hook("scripted", scripted);
    let route = MetricsRoute::new(handle, Guard::Open).before_render(move || hooks.run());
    let app: Router = Router::new().mount_metrics_route(&MetricsPath::default(), route);

    for value in [1.0, 2.0] {
        script.step(Step::Gauge("asked", value));
        script.step(Step::Finish);
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let scrape = Scrape::new(str::from_utf8(&body).unwrap());
        assert_eq!(scrape.values("asked", &[]), [value]);
    }
}

#[tokio::test]
async fn a_slow_hook_is_left_behind_and_asked_once() {
    let ledger = Ledger::new();
    let (slow, mut slow_script) = Scripted::new();
    let (quick, quick_script) = Scripted::new();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .hook_timeout(Duration::from_millis(20))
        .hook("slow", slow)
        .hook("quick", quick);
    let timeouts = || ledger.scrape().values(TIMEOUTS, &[("collector", "slow")]);

    for scrape in [1.0, 2.0] {
        quick_script.step(Step::Finish);
        soon(hooks.run()).await;
        assert_eq!(timeouts(), [scrape]);
    }
    slow_script.begin().await;
    assert!(slow_script.begun.is_empty(), "a run asks it already");

    // It goes on alone, and is asked again once it has finished.
    slow_script.step(Step::Gauge("late", 1.0));
    slow_script.step(Step::Finish);
    soon(async {
        while ledger.scrape().values("late", &[]) != [1.0] {
            tokio::task::yield_now().await;
        }
    })
    .await;
    slow_script.step(Step::Gauge("late", 2.0));
    slow_script.step(Step::Finish);
    quick_script.step(Step::Finish);
    soon(hooks.run()).await;
    slow_script.begin().await;
    soon(async {
        while ledger.scrape().values("late", &[]) != [2.0] {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn simultaneous_scrapes_share_a_collection() {
    let ledger = Ledger::new();
    let (scripted, mut script) = Scripted::new();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .hook_timeout(NEVER)
        .hook("scripted", scripted);

    let first = tokio::spawn(hooks.run());
    script.begin().await;
    let second = tokio::spawn(hooks.run());
    tokio::task::yield_now().await;
    script.step(Step::Gauge("shared", 1.0));
    script.step(Step::Finish);

    soon(first).await.unwrap();
    soon(second).await.unwrap();
    assert!(script.begun.is_empty());
    assert_eq!(ledger.scrape().values("shared", &[]), [1.0]);
}

#[tokio::test]
async fn a_panicking_hook_leaves_the_others_alone() {
    let ledger = Ledger::new();
    let (panicking, panicking_script) = Scripted::new();
    let (fine, fine_script) = Scripted::new();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .hook_timeout(NEVER)
        .hook("panicking", panicking)
        .hook("fine", fine);
    panicking_script.step(Step::Gauge("lost", 1.0));
    panicking_script.step(Step::Panic);
    fine_script.step(Step::Gauge("kept", 1.0));
    fine_script.step(Step::Finish);

    soon(hooks.run()).await;

    let scrape = ledger.scrape();
    assert_eq!(scrape.values("kept", &[]), [1.0]);
    assert!(scrape.values("lost", &[]).is_empty());
    let failures = |collector| {
        let labels = [("collector", collector)];
        scrape.values("tollgate_collector_failures_total", &labels)
    };
    assert_eq!(failures("panicking"), [1.0]);
    assert_eq!(failures("fine"), [0.0]);
}

#[tokio::test]
async fn a_timeout_may_be_as_long_as_a_duration_can_be() {
    let ledger = Ledger::new();
    let (scripted, script) = Scripted::new();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .hook_timeout(Duration::MAX)
        .hook("scripted", scripted);
    script.step(Step::Gauge("asked", 1.0));
    script.step(Step::Finish);
    soon(hooks.run()).await;
    assert_eq!(ledger.scrape().values("asked", &[]), [1.0]);
}
