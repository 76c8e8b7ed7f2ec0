//! Collectors that take longer than a scraper waits.

use std::{
    future::pending,
    net::Ipv4Addr,
    sync::{Arc, mpsc},
    time::Duration,
};

use axum::Router;
use reqwest::Client;
use tests::{
    ledger::Ledger,
    outside,
    prometheus::{Job, Server},
};
use tokio::{net::TcpListener, sync::mpsc::unbounded_channel, time::Instant};
use tollgate_axum::{Guard, MetricsPath, MetricsRoute, RouterExt};
use tollgate_collectors::{BoxError, Collector, ScrapeHooks, Stage, scrape_deadline};
use tollgate_recorder::{Handle, RecorderBuilder};

use crate::NEVER;

/// Serves metrics with these hooks, and returns the base URL.
async fn serve(handle: Handle, hooks: ScrapeHooks) -> String {
    let route = MetricsRoute::new(handle, Guard::Open).before_render(move || hooks.run());
    let app = Router::new().mount_metrics_route(&MetricsPath::default(), route);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let target = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, app).into_future());
    target
}

/// Collector that finishes once, and then never.
struct Hanging {
    is_asked_again: bool,
}

impl Collector for Hanging {
    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        if self.is_asked_again {
            pending::<()>().await;
        }
        self.is_asked_again = true;
        stage.gauge("asked_in_time", vec![], 7);
        Ok(())
    }
}

/// Collector that sends how long its scrape waits.
struct Asking(tokio::sync::mpsc::UnboundedSender<Option<Duration>>);

impl Collector for Asking {
    async fn collect(&mut self, _: &mut Stage) -> Result<(), BoxError> {
        tokio::task::yield_now().await;
        let left = scrape_deadline().map(|end| end - Instant::now().into_std());
        self.0.send(left)?;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_collector_knows_how_long_the_scrape_waits() {
    let ledger = Ledger::new();
    let (sender, mut told) = unbounded_channel();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .hook_timeout(Duration::from_millis(300))
        .hook("asking", Asking(sender));
    hooks.run().await;
    let left = told.recv().await.unwrap().unwrap();
    assert_eq!(left, Duration::from_millis(300));
}

/// Collector that blocks its thread until the sender is dropped.
struct Blocking(mpsc::Receiver<()>);

impl Collector for Blocking {
    async fn collect(&mut self, _: &mut Stage) -> Result<(), BoxError> {
        let _ = self.0.recv();
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_blocks_its_thread_does_not_hold_up_scrapes() {
    let (release, blocked) = mpsc::channel();
    let (recorder, handle) = RecorderBuilder::new().build().unwrap();
    let hooks = ScrapeHooks::new()
        .recorder(Arc::new(recorder))
        .hook("blocking", Blocking(blocked));
    let target = serve(handle, hooks).await;
    for _ in 0..3 {
        let scrape = Client::new()
            .get(format!("{target}/metrics"))
            .header("x-prometheus-scrape-timeout-seconds", "0.5");
        assert_eq!(scrape.send().await.unwrap().status(), 200);
    }
    drop(release);
}

#[tokio::test]
async fn a_real_prometheus_stays_up_while_a_collector_hangs() {
    let Some(prometheus) = outside::program("prometheus", "apt-get install prometheus") else {
        return;
    };
    let (recorder, handle) = RecorderBuilder::new().build().unwrap();
    let hooks = ScrapeHooks::new()
        .recorder(Arc::new(recorder))
        .hook_timeout(NEVER)
        .hook(
            "hanging",
            Hanging {
                is_asked_again: false,
            },
        );
    let target = serve(handle, hooks).await;

    // It scrapes twice a second, and waits for half a second.
    let server = Server::start(prometheus, &target, &[Job::new("app", "none")]);
    let timeouts = r#"tollgate_collector_timeouts_total{collector="hanging"}"#;
    server.until(timeouts, |count| count >= 4.0).await;
    let up = server.value("min_over_time(up[5m])").await;
    assert_eq!(up, Some(1.0), "it was up all the time");
    assert_eq!(server.value("asked_in_time").await, Some(7.0));
}
