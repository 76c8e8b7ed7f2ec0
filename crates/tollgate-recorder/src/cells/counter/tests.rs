use std::thread;

use metrics::CounterFn;

use super::Counter;
use crate::cells::{Arena, Cell};

#[test]
fn increments_of_running_and_ended_threads_add_up() {
    let counter = Counter::new(&Arena::new());
    for _ in 0..3 {
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| (0..1000).for_each(|_| counter.increment(2)));
            }
        });
    }
    assert_eq!(counter.value(), 18_000);
}

#[test]
fn more_threads_than_lines_add_up_exactly() {
    let counter = Counter::new(&Arena::new());
    let barrier = std::sync::Barrier::new(160);
    thread::scope(|scope| {
        for _ in 0..160 {
            scope.spawn(|| {
                counter.increment(1);
                barrier.wait();
                (0..100).for_each(|_| counter.increment(1));
            });
        }
    });
    assert_eq!(counter.value(), 160 * 101);
}

#[test]
fn total_wraps_around() {
    let counter = Counter::new(&Arena::new());
    counter.increment(u64::MAX);
    thread::scope(|scope| scope.spawn(|| counter.increment(3)).join().unwrap());
    assert_eq!(counter.value(), 2);
}

#[test]
fn absolute_never_goes_down() {
    let counter = Counter::new(&Arena::new());
    counter.absolute(5);
    counter.increment(1);
    counter.absolute(3);
    assert_eq!(counter.value(), 6);
    counter.absolute(10);
    assert_eq!(counter.value(), 10);
}

#[test]
fn counter_starts_at_zero_after_a_reset() {
    let counter = Counter::new(&Arena::new());
    counter.increment(7);
    counter.reset();
    assert_eq!(counter.value(), 0);
    counter.increment(2);
    counter.absolute(5);
    assert_eq!(counter.value(), 5);
}

#[test]
fn counter_expires_only_if_nothing_was_written() {
    let counter = Counter::new(&Arena::new());
    counter.increment(7);
    assert!(!counter.expire(6));
    assert_eq!(counter.value(), 7);
    assert!(counter.expire(7));
    assert_eq!(counter.value(), 0);
}

#[test]
fn confirmed_absolute_value_prevents_expiry() {
    let counter = Counter::new(&Arena::new());
    counter.absolute(5);
    let writes = counter.writes();
    counter.absolute(5);
    assert!(!counter.expire(writes));
    assert!(counter.expire(counter.writes()));
    counter.absolute(5);
    assert_eq!(counter.value(), 5);
}
