//! Increments, decrements and sets, from one thread and from many.

use std::thread;

use metrics::GaugeFn;

use super::Gauge;
use crate::cells::{Arena, Cell};

fn gauge() -> Gauge {
    Gauge::new(&Arena::new())
}

#[track_caller]
fn assert_value(gauge: &Gauge, expected: f64) {
    assert_eq!(
        gauge.value().to_bits(),
        expected.to_bits(),
        "{} is not {expected}",
        gauge.value()
    );
}

#[test]
fn increments_and_decrements_of_two_threads_cancel_out() {
    let gauge = gauge();
    thread::scope(|scope| {
        scope.spawn(|| (0..1000).for_each(|_| gauge.increment(1.0)));
        scope.spawn(|| (0..1000).for_each(|_| gauge.decrement(1.0)));
    });
    assert_value(&gauge, 0.0);
}

#[test]
fn set_is_exact_and_discards_earlier_changes() {
    let gauge = gauge();
    gauge.increment(0.1);
    thread::scope(|scope| scope.spawn(|| gauge.increment(0.2)).join().unwrap());
    gauge.set(0.3);
    assert_value(&gauge, 0.3);
    thread::scope(|scope| scope.spawn(|| gauge.increment(1.0)).join().unwrap());
    gauge.decrement(2.0);
    assert_value(&gauge, 0.3 + (-2.0) + 1.0);
}

#[test]
fn more_threads_than_lines_add_up_exactly() {
    let gauge = gauge();
    let barrier = std::sync::Barrier::new(160);
    thread::scope(|scope| {
        for _ in 0..160 {
            scope.spawn(|| {
                gauge.increment(2.0);
                barrier.wait();
                (0..100).for_each(|_| gauge.decrement(1.0));
            });
        }
    });
    assert_value(&gauge, 160.0 * -98.0);
}

#[test]
fn any_float_can_be_set() {
    let gauge = gauge();
    for value in [f64::INFINITY, f64::NEG_INFINITY, -0.5, f64::MAX, f64::NAN] {
        gauge.set(value);
        assert_value(&gauge, value);
    }
    gauge.increment(1.0);
    assert!(gauge.value().is_nan());
    gauge.set(1.0);
    assert_value(&gauge, 1.0);
}

#[test]
fn non_finite_changes_are_ignored() {
    let gauge = gauge();
    gauge.increment(2.0);
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        gauge.increment(value);
        gauge.decrement(value);
    }
    assert_value(&gauge, 2.0);
    gauge.set(f64::MAX);
    gauge.increment(1.0);
    gauge.increment(f64::MAX);
    gauge.increment(f64::MAX);
    gauge.decrement(f64::MAX);
    gauge.set(3.0);
    assert_value(&gauge, 3.0);
}

#[test]
fn every_change_counts_as_a_write() {
    let gauge = gauge();
    let mut writes = vec![gauge.writes()];
    gauge.increment(1.0);
    writes.push(gauge.writes());
    gauge.decrement(1.0);
    writes.push(gauge.writes());
    gauge.set(0.0);
    writes.push(gauge.writes());
    assert!(writes.is_sorted_by(|a, b| a < b), "{writes:?}");
}
