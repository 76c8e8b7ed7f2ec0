//! Metrics of a Tokio runtime, which the test observes from outside.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tests::{ledger::Ledger, scrape::Scrape};
use tokio::runtime::{Builder, Runtime};
use tollgate_collectors::{ScrapeHooks, runtime as collected};

use crate::{NEVER, soon};

#[track_caller]
fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap()
}

#[track_caller]
fn value(scrape: &Scrape, name: &str) -> f64 {
    let values = scrape.values(name, &[]);
    assert_eq!(values.len(), 1, "{name}");
    values[0]
}

#[tokio::test]
async fn a_runtime_is_measured() {
    let observed = runtime();
    let ledger = Ledger::new();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .hook_timeout(NEVER)
        .hook("runtime", collected(observed.handle()));
    let collected = async || {
        hooks.run().await;
        ledger.scrape()
    };

    for _ in 0..3 {
        observed.spawn(pending::<()>());
    }
    let scrape = collected().await;
    assert_eq!(value(&scrape, "tokio_workers"), 2.0);
    assert_eq!(value(&scrape, "tokio_live_tasks"), 3.0);

    let done = Arc::new(AtomicBool::new(false));
    for _ in 0..2 {
        let done = Arc::clone(&done);
        observed.spawn(async move {
            while !done.load(Ordering::Relaxed) {
                tokio::task::yield_now().await;
            }
        });
    }
    soon(async {
        loop {
            let scrape = collected().await;
            let ratio = value(&scrape, "tokio_busy_ratio");
            assert!((0.0..=1.0).contains(&ratio), "{ratio}");
            if value(&scrape, "tokio_busy_seconds_total") >= 1.0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    done.store(true, Ordering::Relaxed);

    soon(async {
        loop {
            let scrape = collected().await;
            if value(&scrape, "tokio_live_tasks") == 3.0
                && value(&scrape, "tokio_global_queue_depth") == 0.0
                && value(&scrape, "tokio_worker_parks_total") > 0.0
            {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    observed.shutdown_background();
}
