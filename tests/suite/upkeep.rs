//! The thread of the upkeep, which the stock recorder needs, lives exactly as long as any part of the
//! suite.
//!
//! The only test of its process, for it counts the threads of the process.

#![cfg(target_os = "linux")]

use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use tests::threads;
use tollgate::Tollgate;

#[test]
fn one_thread_lives_as_long_as_any_part_of_the_suite() {
    let before = threads::all().len();
    let tollgate = suite();
    let app: Router = tollgate.wrap(Router::new());
    assert_eq!(threads::all().len(), before + 1);
    // It names itself, which takes until it runs.
    until(|| {
        threads::all()
            .values()
            .any(|name| name == "tollgate-upkeep")
    });
    let with_upkeep = threads::all();

    let other = suite();
    assert_eq!(threads::all(), with_upkeep, "one for all suites");
    drop((tollgate, other));
    // If the thread had been told to end, the next suite would have started another.
    let later = suite();
    assert_eq!(threads::all(), with_upkeep, "the router keeps it");
    drop((later, app));
    until(|| threads::all().len() == before);

    let again = suite();
    assert_eq!(threads::all().len(), before + 1);
    drop(again);
    until(|| threads::all().len() == before);
}

#[track_caller]
fn suite() -> Tollgate {
    let builder = Tollgate::builder().enabled(true);
    builder.metrics_exporter_prometheus().build().unwrap()
}

/// Waits for another thread to make a condition true.
#[track_caller]
fn until(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(Instant::now() < deadline, "{:?}", threads::all());
        thread::sleep(Duration::from_millis(1));
    }
}
