//! Metrics of a Tokio runtime, which the test observes from outside.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tests::{ledger::Ledger, scrape::Scrape};
use tokio::runtime::{Builder, Runtime};
use tollgate_collectors::{ScrapeHooks, named_runtime, runtime as collected};
use tollgate_recorder::RecorderBuilder;

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

#[tokio::test]
async fn two_scrapers_see_the_same_busy_ratio() {
    let observed = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap();
    let ledger = Ledger::new();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .hook_timeout(NEVER)
        .hook("runtime", collected(observed.handle()));
    let start = Instant::now();
    let load = observed.spawn(async {
        let mut busy = Duration::ZERO;
        for _ in 0..15 {
            let turn = Instant::now();
            while turn.elapsed() < Duration::from_millis(30) {}
            busy += turn.elapsed();
            tokio::time::sleep(Duration::from_millis(70)).await;
        }
        busy
    });
    let busy = soon(load).await.unwrap();
    let expected = busy.as_secs_f64() / start.elapsed().as_secs_f64();
    for _ in 0..3 {
        hooks.run().await;
        let ratio = value(&ledger.scrape(), "tokio_busy_ratio");
        assert!((ratio / expected - 1.0).abs() < 0.5, "{ratio} {expected}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    observed.shutdown_background();
}

#[tokio::test]
async fn second_runtime_without_a_name_is_refused() {
    let (first, second) = (runtime(), runtime());
    second.spawn(pending::<()>());
    // The totals of another runtime are a reset, which the stock recorder does not show.
    let (recorder, handle) = RecorderBuilder::new().build().unwrap();
    let recorder = Arc::new(recorder);
    let hooks = ScrapeHooks::new()
        .recorder(recorder.clone())
        .hook_timeout(NEVER)
        .hook("first", collected(first.handle()));
    hooks.run().await;
    let hooks = hooks.hook("second", collected(second.handle()));
    for refused in [1.0, 2.0] {
        hooks.run().await;
        let scrape = Scrape::new(handle.render());
        assert_eq!(value(&scrape, "tokio_live_tasks"), 0.0);
        let failures = |collector| {
            let labels = [("collector", collector)];
            scrape.values("tollgate_collector_failures_total", &labels)
        };
        assert_eq!(failures("first"), [0.0]);
        assert_eq!(failures("second"), [refused]);
    }

    // Once the first has gone, the second has the series for itself.
    drop(hooks);
    let own = ScrapeHooks::new()
        .recorder(recorder.clone())
        .hook_timeout(NEVER)
        .hook("second", collected(second.handle()));
    own.run().await;
    assert_eq!(
        value(&Scrape::new(handle.render()), "tokio_live_tasks"),
        1.0
    );
    first.shutdown_background();
    second.shutdown_background();
}

#[tokio::test]
async fn named_runtimes_have_series_of_their_own() {
    let (web, batch) = (runtime(), runtime());
    batch.spawn(pending::<()>());
    let ledger = Ledger::new();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .hook_timeout(NEVER)
        .hook("web", named_runtime("web", web.handle()))
        .hook("batch", named_runtime("batch", batch.handle()));
    for _ in 0..2 {
        hooks.run().await;
        let scrape = ledger.scrape();
        let tasks = |name| scrape.values("tokio_live_tasks", &[("runtime", name)]);
        assert_eq!((tasks("web"), tasks("batch")), (vec![0.0], vec![1.0]));
    }
    web.shutdown_background();
    batch.shutdown_background();
}
