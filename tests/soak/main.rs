//! Totals are exact after writers and a scraper have run beside each other for a long time.
//!
//! The test runs for `TOLLGATE_SOAK_SECONDS`; by default for two seconds, or a minute with `CI=true`.

use std::env;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use metrics::{counter, gauge, histogram, with_local_recorder};
use tests::scrape::Scrape;
use tollgate_exposition::{Format, Selection};
use tollgate_recorder::{Handle, Recorder, RecorderBuilder};

const WRITERS: usize = 2;
const SCRAPE_INTERVAL: Duration = Duration::from_millis(10);

#[test]
fn totals_are_exact_and_every_scrape_is_consistent() {
    let (recorder, handle) = RecorderBuilder::new()
        .buckets(&[0.25, 0.5])
        .build()
        .unwrap();
    let stop = AtomicBool::new(false);

    let (written, scrapes) = thread::scope(|scope| {
        let writers = [(); WRITERS].map(|()| scope.spawn(|| write(&recorder, &stop)));
        let scrapes = scrape(&handle, Duration::from_secs(seconds()));
        stop.store(true, Ordering::Relaxed);
        let written = writers.map(|writer| writer.join().unwrap());
        (written.iter().sum::<u64>(), scrapes)
    });

    assert!(written > 0 && scrapes > 0);
    let text = handle.render();
    for line in [
        format!("orders_total {written}"),
        "running 0".to_owned(),
        format!("wait_bucket{{le=\"0.25\"}} {written}"),
        format!("wait_bucket{{le=\"0.5\"}} {}", written * 2),
        format!("wait_count {}", written * 3),
        format!("wait_sum {}", written * 3),
    ] {
        assert!(text.lines().any(|of| of == line), "{line}\n{text}");
    }
}

fn seconds() -> u64 {
    let is_ci = env::var("CI").is_ok_and(|value| value == "true");
    let default = if is_ci { 60 } else { 2 };
    env::var("TOLLGATE_SOAK_SECONDS").map_or(default, |seconds| seconds.parse().unwrap())
}

/// Records on short-lived threads until it is stopped; returns the number of rounds.
fn write(recorder: &Recorder, stop: &AtomicBool) -> u64 {
    let handles = with_local_recorder(recorder, || {
        (
            counter!("orders_total"),
            gauge!("running"),
            histogram!("wait"),
        )
    });
    let mut written = 0;
    while !stop.load(Ordering::Relaxed) {
        let (orders, running, wait) = &handles;
        let life = move || {
            for _ in 0..100_000 {
                running.increment(1);
                orders.increment(1);
                // Their sum is 3, and each falls into another bucket.
                for seconds in [0.25, 0.5, 2.25] {
                    wait.record(seconds);
                }
                running.decrement(1);
            }
        };
        thread::scope(|scope| scope.spawn(life).join().unwrap());
        written += 100_000;
    }
    written
}

/// Scrapes for this long; returns the number of scrapes.
fn scrape(handle: &Handle, how_long: Duration) -> usize {
    let end = Instant::now() + how_long;
    let mut scrapes = 0;
    let mut orders_before = 0.0;
    while Instant::now() < end {
        let mut out = Vec::new();
        let format = [Format::Text, Format::OpenMetrics][scrapes % 2];
        handle.read(&Selection::all()).write(format, &mut out);
        let scrape = Scrape::new(String::from_utf8(out).unwrap());

        let [count, sum, orders] =
            ["wait_count", "wait_sum", "orders_total"].map(|name| scrape.sum(name, &[]));
        let buckets = ["0.25", "0.5", "+Inf"].map(|le| scrape.sum("wait_bucket", &[("le", le)]));
        assert_eq!(buckets[2].to_bits(), count.to_bits());
        assert!(buckets.is_sorted() && orders >= orders_before);
        // The sum may exceed the buckets by values that are being recorded, never fall below them.
        assert!(
            sum >= buckets[0] * 0.25
                + (buckets[1] - buckets[0]) * 0.5
                + (buckets[2] - buckets[1]) * 2.25
        );
        orders_before = orders;
        scrapes += 1;
        thread::sleep(SCRAPE_INTERVAL);
    }
    scrapes
}
