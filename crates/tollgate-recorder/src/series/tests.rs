//! Visible, hidden and expired series.

use std::{
    thread,
    time::{Duration, Instant},
};

use metrics::CounterFn;

use super::Series;
use crate::cells::{Arena, Counter};

const IDLE: Duration = Duration::from_secs(60);

fn shown(series: &Series<Counter>) -> Vec<(String, u64)> {
    let mut shown = Vec::new();
    series.visit(|labels, _, counter| shown.push((labels.to_string(), counter.value())));
    assert_eq!(series.len(), shown.len());
    shown
}

fn add(series: &Series<Counter>, labels: &str) -> std::sync::Arc<Counter> {
    series
        .get_or_insert(labels, 3, || Counter::new(&Arena::new()))
        .unwrap()
}

#[test]
fn series_are_sorted_and_unique() {
    let series = Series::new();
    for labels in ["b", "a", "b"] {
        add(&series, labels).increment(1);
    }
    assert_eq!(shown(&series), [("a".into(), 1), ("b".into(), 2)]);
}

#[test]
fn removed_series_reappears_with_the_next_write() {
    let series = Series::new();
    let held = add(&series, "held");
    held.increment(5);
    add(&series, "loose").increment(5);
    assert!(series.remove("held") && series.remove("loose"));
    assert!(!series.remove("held") && !series.remove("loose"));
    assert_eq!(shown(&series), []);

    held.increment(1);
    add(&series, "loose").increment(2);
    assert_eq!(shown(&series), [("held".into(), 1), ("loose".into(), 2)]);
    series.clear();
    assert_eq!(shown(&series), []);
}

#[test]
fn idle_series_expire_and_reappear_with_the_next_write() {
    let series = Series::new();
    let start = Instant::now();
    let held = add(&series, "held");
    let busy = add(&series, "busy");
    held.increment(5);
    add(&series, "loose").increment(5);
    series.expire(IDLE, start);
    busy.increment(1);
    series.expire(IDLE, start + IDLE);
    assert_eq!(shown(&series), [("busy".into(), 1)]);

    held.increment(1);
    series.expire(IDLE, start + IDLE + IDLE / 2);
    assert_eq!(shown(&series), [("busy".into(), 1), ("held".into(), 1)]);
    series.expire(IDLE, start + IDLE * 2);
    assert_eq!(shown(&series), [("held".into(), 1)]);
}

#[test]
fn hidden_series_without_a_handle_make_room_at_the_cap() {
    let series = Series::new();
    let [a, b, c] = ["a", "b", "c"].map(|labels| add(&series, labels));
    a.increment(1);
    let insert = || series.get_or_insert("d", 3, || Counter::new(&Arena::new()));
    assert!(insert().is_none());
    series.clear();
    assert!(insert().is_none());

    // The table is searched for room only after a series was hidden, not at every registration.
    drop(b);
    assert!(insert().is_none());
    series.remove("c");
    assert!(insert().is_some());
    let entries = series.read();
    let labels: Vec<_> = entries.by_labels.keys().map(|labels| &**labels).collect();
    assert_eq!(labels, ["a", "c", "d"]);
    drop(c);
}

#[test]
fn overflow_series_does_not_count_toward_the_cap() {
    let series = Series::new();
    let overflow = || series.overflow(|| "o".to_owned(), || Counter::new(&Arena::new()));
    overflow().increment(1);
    for labels in ["a", "b", "c"] {
        add(&series, labels).increment(1);
    }
    series.clear();
    assert_eq!(shown(&series), []);
    for labels in ["d", "e", "f"] {
        add(&series, labels).increment(1);
    }
    overflow().increment(2);
    assert_eq!(shown(&series).len(), 4);
    assert_eq!(shown(&series)[3], ("o".into(), 2));
}

#[test]
fn write_during_a_sweep_is_kept() {
    const ROUNDS: u64 = 20_000;
    let series = Series::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..ROUNDS {
                series.expire(Duration::MAX, Instant::now());
            }
        });
        for round in 0..ROUNDS {
            let held = add(&series, "a");
            series.remove("a");
            held.increment(1);
            drop(held);
            assert_eq!(shown(&series), [("a".into(), 1)], "{round}");
        }
    });
}
