use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::{join_all, pending};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use tokio::sync::Notify;
use tollgate_families::Target;

use super::*;
use crate::health::Status;

/// Check that calls `run`, and counts the calls.
struct Scripted<F> {
    runs: Arc<AtomicUsize>,
    run: F,
}

impl<F, R> HealthCheck for Scripted<F>
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Checked> + Send,
{
    fn name(&self) -> &'static str {
        "scripted"
    }

    async fn check(&self) -> Checked {
        self.runs.fetch_add(1, Ordering::Relaxed);
        (self.run)().await
    }
}

fn runner<F, R>(run: F) -> (Arc<Runner>, Arc<AtomicUsize>)
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Checked> + Send + 'static,
{
    let runs = Arc::new(AtomicUsize::new(0));
    let check = Scripted {
        runs: Arc::clone(&runs),
        run,
    };
    (Arc::new(Runner::new(check)), runs)
}

#[track_caller]
fn assert_down(checkup: &Checkup, error: &str) {
    assert_eq!(*checkup, Checkup::down().detail("error", error));
}

#[tokio::test(start_paused = true)]
async fn check_runs_once_per_interval_for_all_requests() {
    let (runner, runs) = runner(async || {
        time::sleep(Duration::from_millis(50)).await;
        Ok(Checkup::up())
    });
    for interval in 1..=3 {
        let answers = join_all((0..100).map(|_| runner.checkup())).await;
        assert!(answers.iter().all(|answer| answer.status() == Status::Up));
        assert_eq!(runs.load(Ordering::Relaxed), interval);
        time::advance(Duration::from_secs(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn caller_that_hangs_up_does_not_cause_another_run() {
    let go = Arc::new(Notify::new());
    let (runner, runs) = runner({
        let go = Arc::clone(&go);
        move || {
            let go = Arc::clone(&go);
            async move {
                go.notified().await;
                Ok(Checkup::up())
            }
        }
    });
    for _ in 0..10 {
        let hung_up = time::timeout(Duration::from_millis(1), runner.checkup()).await;
        assert!(hung_up.is_err());
    }
    go.notify_one();
    assert_eq!(runner.checkup().await.status(), Status::Up);
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn check_that_hangs_is_down_after_its_timeout() {
    let (runner, _) = runner(pending);
    let start = Instant::now();
    assert_down(&*runner.checkup().await, "timeout");
    assert_eq!(start.elapsed().as_secs(), 5);
}

#[tokio::test]
async fn check_that_fails_has_the_error_in_its_details() {
    let (runner, _) = runner(async || Err("no route".into()));
    assert_down(&*runner.checkup().await, "no route");
}

#[tokio::test]
async fn check_that_panics_is_down() {
    let (runner, _) = runner(|| async { panic!("a bug") });
    assert_down(&*runner.checkup().await, "panic");
}

#[tokio::test]
async fn check_is_recorded_as_a_gauge_and_a_duration() {
    let recorder = DebuggingRecorder::new();
    let metrics = recorder.snapshotter();
    let runs = Arc::new(AtomicUsize::new(0));
    let check = Scripted {
        runs,
        run: async || Ok(Checkup::down()),
    };
    let families = Families::with_target(Target::given(Arc::new(recorder)));
    let mut runner = Runner::new(check);
    runner.families = Arc::new(families);
    let runner = Arc::new(runner);
    runner.checkup().await;

    let mut written: Vec<_> = metrics.snapshot().into_vec();
    written.sort_by(|a, b| a.0.key().name().cmp(b.0.key().name()));
    let [(duration, .., timed), (status, .., value)] = &written[..] else {
        panic!("{written:?}");
    };
    assert_eq!(duration.key().name(), "health_check_duration_seconds");
    assert!(matches!(timed, DebugValue::Histogram(values) if values.len() == 1));
    assert_eq!(status.key().name(), "health_status");
    assert_eq!(*value, DebugValue::Gauge(0.0.into()));
    for key in [duration, status] {
        let labels: Vec<_> = key.key().labels().map(|l| (l.key(), l.value())).collect();
        assert_eq!(labels, [("check", "scripted")]);
    }
}
