//! Collectors that take longer than a scraper waits.

use std::{future::pending, net::Ipv4Addr, sync::Arc, time::Duration};

use axum::Router;
use tests::{
    ledger::Ledger,
    outside,
    prometheus::{Job, Server},
};
use tokio::{net::TcpListener, sync::mpsc::unbounded_channel, time::Instant};
use tollgate_axum::{Guard, MetricsPath, MetricsRoute, RouterExt};
use tollgate_collectors::{BoxError, Collector, ScrapeHooks, Stage, scrape_deadline};
use tollgate_recorder::RecorderBuilder;

use crate::NEVER;

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
    let route = MetricsRoute::new(handle, Guard::Open).before_render(move || hooks.run());
    let app = Router::new().mount_metrics_route(&MetricsPath::default(), route);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let target = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, app).into_future());

    // It scrapes twice a second, and waits for half a second.
    let server = Server::start(prometheus, &target, &[Job::new("app", "none")]);
    let timeouts = r#"tollgate_collector_timeouts_total{collector="hanging"}"#;
    server.until(timeouts, |count| count >= 4.0).await;
    let up = server.value("min_over_time(up[5m])").await;
    assert_eq!(up, Some(1.0), "it was up all the time");
    assert_eq!(server.value("asked_in_time").await, Some(7.0));
}
