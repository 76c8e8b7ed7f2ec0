//! Every outcome of a job, by each way to run it.

use std::{
    convert::Infallible,
    future::{Ready, pending, ready},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::FutureExt;
use tests::ledger::Ledger;
use tollgate_collectors::{Job, JobState, Jobs};
use tower::{Layer, Service, service_fn};

const JOB: Job<'static> = Job::new("import");

#[track_caller]
fn jobs(ledger: &Ledger) -> Jobs {
    Jobs::builder().recorder(ledger.recorder()).build().unwrap()
}

/// Asserts that one job ran, and ended in this state.
#[track_caller]
fn assert_ended_once(ledger: &Ledger, state: &str) {
    assert_eq!(
        ledger.samples(),
        [
            &format!("job_duration_seconds_count{{kind=\"import\",state=\"{state}\"}} 1"),
            &format!("jobs_ended_total{{kind=\"import\",state=\"{state}\"}} 1"),
            "jobs_retried_total{kind=\"import\"} 0",
            "jobs_running{kind=\"import\"} 0",
            "jobs_started_total{kind=\"import\"} 1",
        ]
    );
}

#[test]
fn a_guard_ends_in_the_state_given() {
    for (state, label) in [
        (JobState::Success, "success"),
        (JobState::Warning, "warning"),
        (JobState::Failed, "failed"),
        (JobState::Killed, "killed"),
        (JobState::Cancelled, "cancelled"),
        (JobState::Panicked, "panicked"),
    ] {
        let ledger = Ledger::new();
        jobs(&ledger).start("import").end(state);
        assert_ended_once(&ledger, label);
    }
}

#[test]
fn a_dropped_guard_is_cancelled_and_an_unwound_one_panicked() {
    let ledger = Ledger::new();
    drop(jobs(&ledger).start("import"));
    assert_ended_once(&ledger, "cancelled");

    let ledger = Ledger::new();
    let _ = tests::panics::caught(|| {
        let _guard = jobs(&ledger).start("import");
        panic!("as the test asks for");
    });
    assert_ended_once(&ledger, "panicked");
}

#[test]
fn a_future_ends_with_its_result() {
    let ledger = Ledger::new();
    let run = jobs(&ledger).run("import", ready(Ok::<_, &str>(2)));
    assert_eq!(run.now_or_never(), Some(Ok(2)));
    assert_ended_once(&ledger, "success");

    let ledger = Ledger::new();
    let run = jobs(&ledger).run("import", ready(Err::<(), _>("no")));
    assert_eq!(run.now_or_never(), Some(Err("no")));
    assert_ended_once(&ledger, "failed");
}

#[test]
fn a_future_ends_in_the_state_of_the_hook() {
    let ledger = Ledger::new();
    let state = |skipped: &usize| match skipped {
        0 => JobState::Success,
        _ => JobState::Warning,
    };
    let run = jobs(&ledger).run_with("import", ready(3), state);
    assert_eq!(run.now_or_never(), Some(3));
    assert_ended_once(&ledger, "warning");
}

#[test]
fn a_dropped_future_is_cancelled_polled_or_not() {
    let never = pending::<Result<(), ()>>;
    let ledger = Ledger::new();
    drop(jobs(&ledger).run("import", never()));
    assert_ended_once(&ledger, "cancelled");

    let ledger = Ledger::new();
    assert_eq!(jobs(&ledger).run("import", never()).now_or_never(), None);
    assert_ended_once(&ledger, "cancelled");
}

#[test]
fn a_panicking_future_ends_before_it_is_dropped() {
    let ledger = Ledger::new();
    let run = jobs(&ledger).run("import", async {
        assert!(ready(false).await, "as the test asks for");
        Ok::<_, ()>(())
    });
    let mut run = Box::pin(run);
    let mut cx = Context::from_waker(futures_util::task::noop_waker_ref());
    assert!(catch_unwind(AssertUnwindSafe(|| run.as_mut().poll(&mut cx).is_ready())).is_err());
    assert_ended_once(&ledger, "panicked");
    drop(run);
    assert_ended_once(&ledger, "panicked");
}

#[test]
fn a_future_polled_by_a_destructor_ends_with_its_result() {
    struct Waits<F: Future>(Pin<Box<F>>);

    impl<F: Future> Drop for Waits<F> {
        fn drop(&mut self) {
            let mut cx = Context::from_waker(futures_util::task::noop_waker_ref());
            while self.0.as_mut().poll(&mut cx).is_pending() {}
        }
    }

    let ledger = Ledger::new();
    let run = jobs(&ledger).run("import", async {
        tokio::task::yield_now().await;
        Ok::<_, ()>(())
    });
    let _ = tests::panics::caught(|| {
        let _waits = Waits(Box::pin(run));
        panic!("as the test asks for");
    });
    assert_ended_once(&ledger, "success");
}

#[test]
fn a_panicking_hook_ends_the_job_as_panicked() {
    let ledger = Ledger::new();
    let state = |(): &()| -> JobState { panic!("as the test asks for") };
    let run = jobs(&ledger).run_with("import", ready(()), state);
    assert!(catch_unwind(AssertUnwindSafe(|| run.now_or_never())).is_err());
    assert_ended_once(&ledger, "panicked");
}

#[tokio::test]
async fn an_aborted_or_panicking_task_ends_its_job() {
    let ledger = Ledger::new();
    let never = pending::<Result<(), ()>>();
    let task = tokio::spawn(jobs(&ledger).run("import", never));
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_ended_once(&ledger, "cancelled");

    let ledger = Ledger::new();
    let panics = async { panic!("as the test asks for") };
    let task = tokio::spawn(jobs(&ledger).run("import", panics.map(|(): ()| Ok::<_, ()>(()))));
    assert!(task.await.unwrap_err().is_panic());
    assert_ended_once(&ledger, "panicked");

    let ledger = Ledger::new();
    let never = jobs(&ledger).run("import", pending::<Result<(), ()>>());
    let late = tokio::time::timeout(Duration::from_millis(1), never).await;
    assert!(late.is_err());
    assert_ended_once(&ledger, "cancelled");
}

#[tokio::test]
async fn a_layer_measures_every_request_of_a_service() {
    let ledger = Ledger::new();
    let layer = jobs(&ledger);
    let mut service = layer.layer(service_fn(async |_: Job<'_>| Ok::<_, Infallible>(7)));
    assert_eq!(service.call(JOB).await, Ok(7));
    assert_ended_once(&ledger, "success");

    let ledger = Ledger::new();
    let layer = jobs(&ledger);
    let mut service = layer.layer(service_fn(async |_: Job<'_>| Err::<(), _>("no")));
    assert_eq!(service.call(JOB).await, Err("no"));
    assert_ended_once(&ledger, "failed");

    let ledger = Ledger::new();
    let killed = |result: &Result<(), &str>| match result {
        Err("killed") => JobState::Killed,
        Err(_) => JobState::Failed,
        Ok(()) => JobState::Success,
    };
    let layer = jobs(&ledger).layer_with(killed);
    let mut service = layer.layer(service_fn(async |_: Job<'_>| Err("killed")));
    assert_eq!(service.call(JOB).await, Err("killed"));
    assert_ended_once(&ledger, "killed");

    let ledger = Ledger::new();
    let layer = jobs(&ledger);
    let mut service = layer.layer(service_fn(|_: Job<'_>| pending::<Result<(), ()>>()));
    drop(service.call(JOB));
    assert_ended_once(&ledger, "cancelled");
}

/// Service that panics when it is called, if it gets ready.
#[derive(Clone)]
struct Panicking {
    is_ready: bool,
}

impl Service<Job<'static>> for Panicking {
    type Response = ();
    type Error = &'static str;
    type Future = Ready<Result<(), &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        if self.is_ready {
            Poll::Ready(Ok(()))
        } else {
            Poll::Ready(Err("not ready"))
        }
    }

    fn call(&mut self, _: Job<'static>) -> Self::Future {
        panic!("as the test asks for")
    }
}

#[test]
fn a_service_that_panics_in_call_ends_the_job() {
    let ledger = Ledger::new();
    let layer = jobs(&ledger);
    let mut service = layer.layer(Panicking { is_ready: true });
    assert!(catch_unwind(AssertUnwindSafe(|| service.call(JOB).now_or_never())).is_err());
    assert_ended_once(&ledger, "panicked");
}

#[test]
fn a_service_that_is_not_ready_starts_no_job() {
    let ledger = Ledger::new();
    let layer = jobs(&ledger);
    let mut service = layer.layer(Panicking { is_ready: false });
    let mut cx = Context::from_waker(futures_util::task::noop_waker_ref());
    assert_eq!(service.poll_ready(&mut cx), Poll::Ready(Err("not ready")));
    assert_eq!(ledger.samples(), [""; 0]);
}

#[test]
fn retries_and_waiting_are_recorded() {
    let ledger = Ledger::new();
    let jobs = jobs(&ledger);
    let again = JOB.retry().queued_for(Duration::from_secs(90));
    let guard = jobs.start(&again);
    guard.retry();
    guard.end(JobState::Success);

    let scrape = ledger.scrape();
    assert_eq!(scrape.values("jobs_started_total", &[]), [1.0]);
    assert_eq!(scrape.values("jobs_retried_total", &[]), [2.0]);
    assert_eq!(
        scrape.values("job_queued_duration_seconds_sum", &[]),
        [90.0]
    );
    assert_eq!(
        scrape.values("job_queued_duration_seconds_count", &[]),
        [1.0]
    );
}

#[test]
fn a_duration_runs_from_start_to_end() {
    let ledger = Ledger::new();
    let guard = jobs(&ledger).start("import");
    std::thread::sleep(Duration::from_millis(30));
    guard.end(JobState::Success);
    let seconds = ledger.scrape().sum("job_duration_seconds_sum", &[]);
    assert!((0.030..30.0).contains(&seconds), "{seconds}");
}

#[test]
fn all_types_are_send_sync_and_debug() {
    fn check<T: Send + Sync + std::fmt::Debug>(_: &T) {}
    let ledger = Ledger::new();
    let jobs = jobs(&ledger);
    check(&jobs);
    check(&jobs.running());
    check(&jobs.start("import"));
    check(&jobs.run("import", ready(Ok::<_, ()>(()))));
}
