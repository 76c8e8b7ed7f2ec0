//! Loom models of the cells: they try every interleaving of a few threads, with every value that a
//! relaxed load may see.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p tollgate-recorder --lib --release models`
//!
//! The models cover the words, the locks, and the leases of threads on their lines, of which there
//! are three here. [`live`] begins and ends each lease explicitly, since loom destroys a thread's
//! values too late. They do not cover the creation of a line at its first write: that is the
//! standard library's `OnceLock`.

use std::{cell::Cell, sync::Arc};

use loom::{
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    thread::{self, JoinHandle},
};
use metrics::{CounterFn, GaugeFn, HistogramFn};

use super::{
    Arena, Cell as _, Counter, Gauge, Histogram,
    arena::Cells,
    threads::{Pool, SHARED},
};
use crate::bounds::Bounds;

loom::thread_local! {
    static CURRENT: Cell<usize> = Cell::new(SHARED);
}

/// Returns the line that this thread writes to: the shared one unless it [lives](live).
pub(super) fn current() -> usize {
    CURRENT.with(Cell::get)
}

/// Runs a thread's life: it leases a line at its first record and returns it at its end.
fn live(pool: &Pool, run: impl FnOnce()) {
    let line = pool.take();
    CURRENT.with(|current| current.set(line));
    run();
    CURRENT.with(|current| current.set(SHARED));
    pool.give_back(line);
}

fn model(run: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(run);
}

/// A value that threads share, and the pool that leases them their lines.
struct Pooled<T> {
    pool: Pool,
    value: T,
}

fn pooled<T>(value: T) -> Arc<Pooled<T>> {
    Arc::new(Pooled {
        pool: Pool::new(),
        value,
    })
}

fn spawn<T: Send + Sync + 'static>(pooled: &Arc<Pooled<T>>, run: fn(&T)) -> JoinHandle<()> {
    let pooled = pooled.clone();
    thread::spawn(move || live(&pooled.pool, || run(&pooled.value)))
}

/// Runs both at once, each on a thread of its own.
fn spawn_both<T: Send + Sync + 'static>(
    pooled: &Arc<Pooled<T>>,
    run: [fn(&T); 2],
) -> [JoinHandle<()>; 2] {
    run.map(|run| spawn(pooled, run))
}

fn join(threads: [JoinHandle<()>; 2]) {
    for thread in threads {
        thread.join().unwrap();
    }
}

#[track_caller]
fn assert_one_of(value: f64, possible: &[f64]) {
    let is_possible = possible
        .iter()
        .any(|possible| possible.to_bits() == value.to_bits());
    assert!(is_possible, "{value} is none of {possible:?}");
}

fn counter() -> Arc<Pooled<Counter>> {
    pooled(Counter::new(&Arena::new()))
}

fn gauge() -> Arc<Pooled<Gauge>> {
    pooled(Gauge::new(&Arena::new()))
}

#[test]
fn no_two_living_threads_own_the_same_line() {
    model(|| {
        let owners: [_; 4] = std::array::from_fn(|_| AtomicUsize::new(0));
        let pooled = pooled(owners);
        let own: fn(&[AtomicUsize; 4]) = |owners| {
            assert_ne!(current(), SHARED);
            assert_eq!(owners[current()].swap(1, SeqCst), 0, "owned by another");
            owners[current()].store(0, SeqCst);
        };
        let threads = spawn_both(&pooled, [own, own]);
        live(&pooled.pool, || own(&pooled.value));
        join(threads);
    });
}

#[test]
fn ended_thread_passes_on_its_line_with_all_writes() {
    model(|| {
        let counter = counter();
        // Both may lease the same line, one after the other, and nothing else orders them.
        join(spawn_both(
            &counter,
            [
                |counter| counter.increment(1),
                |counter| counter.increment(2),
            ],
        ));
        assert_eq!(counter.value.value(), 3);
    });
}

#[test]
fn concurrent_read_loses_and_repeats_no_increment() {
    model(|| {
        let counter = counter();
        let threads = spawn_both(
            &counter,
            [
                |counter| (0..2).for_each(|_| counter.increment(1)),
                |counter| counter.increment(10),
            ],
        );
        let seen = counter.value.value();
        assert!([0, 1, 2, 10, 11, 12].contains(&seen), "{seen}");
        join(threads);
        assert_eq!(counter.value.value(), 12);
    });
}

#[test]
fn threads_on_the_shared_line_lose_no_write() {
    model(|| {
        let cells = Arc::new(Arena::new().claim(2));
        let add = |cells: &Cells| {
            cells.mine().add(0, 1);
            cells.mine().add_finite(1, 0.5);
        };
        let thread = thread::spawn({
            let cells = cells.clone();
            move || add(&cells)
        });
        add(&cells);
        thread.join().unwrap();
        let words: Vec<_> = cells
            .lines()
            .next()
            .unwrap()
            .iter()
            .map(|word| word.load(SeqCst))
            .collect();
        assert_eq!(words, [2, 1_f64.to_bits()]);
    });
}

#[test]
fn equal_absolute_values_are_counted_once() {
    model(|| {
        let counter = counter();
        join(spawn_both(
            &counter,
            [
                |counter| {
                    counter.absolute(5);
                    counter.increment(1);
                },
                |counter| counter.absolute(5),
            ],
        ));
        let value = counter.value.value();
        assert!([5, 6].contains(&value), "{value}");
    });
}

#[test]
fn reset_subtracts_exactly_the_value_it_returns() {
    model(|| {
        let counter = counter();
        let threads = spawn_both(
            &counter,
            [
                |counter| (0..2).for_each(|_| counter.increment(1)),
                |counter| counter.increment(1),
            ],
        );
        let taken_back = counter.value.reset();
        join(threads);
        assert_eq!(taken_back + counter.value.value(), 3);
    });
}

#[test]
fn expiring_series_keeps_a_late_write() {
    model(|| {
        let counter = counter();
        counter.value.increment(1);
        let thread = spawn(&counter, |counter| counter.increment(1));
        let has_expired = counter.value.expire(1);
        thread.join().unwrap();
        assert_eq!(counter.value.value(), if has_expired { 1 } else { 2 });
    });
}

#[test]
fn set_discards_earlier_changes_and_keeps_later_ones() {
    model(|| {
        let gauge = gauge();
        gauge.value.set(100.0);
        let threads = spawn_both(
            &gauge,
            [
                |gauge| (0..2).for_each(|_| gauge.increment(1.0)),
                |gauge| {
                    gauge.set(10.0);
                    gauge.decrement(1.0);
                },
            ],
        );
        // Before the set, after it, and after the decrement that follows it.
        assert_one_of(
            gauge.value.value(),
            &[100.0, 101.0, 102.0, 10.0, 11.0, 12.0, 9.0],
        );
        join(threads);
        assert_one_of(gauge.value.value(), &[9.0, 10.0, 11.0]);
    });
}

#[test]
fn level_is_read_with_its_own_epoch() {
    model(|| {
        let gauge = gauge();
        let thread = spawn(&gauge, |gauge| {
            gauge.increment(100.0);
            gauge.set(10.0);
            gauge.increment(1.0);
        });
        assert_one_of(gauge.value.value(), &[0.0, 100.0, 10.0, 11.0]);
        thread.join().unwrap();
    });
}

#[test]
fn later_increment_on_a_reused_line_sees_the_set() {
    model(|| {
        let gauge = gauge();
        spawn(&gauge, |gauge| gauge.increment(100.0))
            .join()
            .unwrap();
        gauge.value.set(1.0);
        spawn(&gauge, |gauge| gauge.increment(1.0)).join().unwrap();
        assert_one_of(gauge.value.value(), &[2.0]);
    });
}

#[test]
fn increments_and_decrements_without_a_set_are_all_kept() {
    model(|| {
        let gauge = gauge();
        gauge.value.set(1.0);
        let threads = spawn_both(
            &gauge,
            [
                |gauge| (0..2).for_each(|_| gauge.increment(1.0)),
                |gauge| gauge.decrement(1.0),
            ],
        );
        // This thread has no lease: the shared line adds in another way.
        gauge.value.increment(5.0);
        join(threads);
        assert_one_of(gauge.value.value(), &[7.0]);
    });
}

#[test]
fn gauge_raised_after_a_reset_counts_as_written() {
    model(|| {
        let gauge = gauge();
        let thread = spawn(&gauge, |gauge| gauge.increment(1.0));
        let hidden_at = gauge.value.reset();
        thread.join().unwrap();
        let is_up = gauge.value.value() > 0.0;
        assert!(!is_up || gauge.value.writes() != hidden_at);
    });
}

#[test]
fn histogram_sum_includes_every_counted_value() {
    model(|| {
        let bounds = Arc::new(Bounds::new(&[1.0]).unwrap());
        let histogram = pooled(Histogram::new(&Arena::new(), bounds, None));
        let threads = spawn_both(
            &histogram,
            [
                |histogram| histogram.record(1.0),
                |histogram| histogram.record(2.0),
            ],
        );
        let mut counts = Vec::new();
        let sum = histogram.value.read(&mut counts);
        let [ones, twos] = counts[..] else {
            unreachable!()
        };
        assert!(sum >= [0.0, 1.0, 2.0, 3.0][usize::try_from(ones + 2 * twos).unwrap()]);
        join(threads);
        let sum = histogram.value.read(&mut counts).to_bits();
        assert_eq!((&counts[2..], sum), (&[1, 1][..], 3_f64.to_bits()));
    });
}
