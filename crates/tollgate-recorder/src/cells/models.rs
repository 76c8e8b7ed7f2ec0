//! What loom proves about the cells: every interleaving of a few threads, with every value that a
//! relaxed load may see.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p tollgate-recorder --lib --release models`
//!
//! Modelled are the words, the locks, and the leases of threads on their lines, of which there are
//! three here. When a lease begins and ends is written out in [`live`], since loom destroys a
//! thread's values too late; and that a line is there when it is first written to is left to the
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

/// The line that this thread writes to: the shared one before and after it [lives](live).
pub(super) fn current() -> usize {
    CURRENT.with(Cell::get)
}

/// What a thread does from its first record to its end.
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

/// What threads share.
struct Shared<T> {
    pool: Pool,
    value: T,
}

fn shared<T>(value: T) -> Arc<Shared<T>> {
    Arc::new(Shared {
        pool: Pool::new(),
        value,
    })
}

fn spawn<T: Send + Sync + 'static>(shared: &Arc<Shared<T>>, run: fn(&T)) -> JoinHandle<()> {
    let shared = shared.clone();
    thread::spawn(move || live(&shared.pool, || run(&shared.value)))
}

/// Runs both at once, each on a thread that ends.
fn spawn_both<T: Send + Sync + 'static>(
    shared: &Arc<Shared<T>>,
    run: [fn(&T); 2],
) -> [JoinHandle<()>; 2] {
    run.map(|run| spawn(shared, run))
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

fn counter() -> Arc<Shared<Counter>> {
    shared(Counter::new(&Arena::new()))
}

fn gauge() -> Arc<Shared<Gauge>> {
    shared(Gauge::new(&Arena::new()))
}

#[test]
fn no_two_living_threads_own_a_line() {
    model(|| {
        let owners: [_; 4] = std::array::from_fn(|_| AtomicUsize::new(0));
        let shared = shared(owners);
        let own: fn(&[AtomicUsize; 4]) = |owners| {
            assert_ne!(current(), SHARED);
            assert_eq!(owners[current()].swap(1, SeqCst), 0, "owned by another");
            owners[current()].store(0, SeqCst);
        };
        let threads = spawn_both(&shared, [own, own]);
        live(&shared.pool, || own(&shared.value));
        join(threads);
    });
}

#[test]
fn a_thread_that_ends_hands_its_line_on_with_all_that_was_written() {
    model(|| {
        let counter = counter();
        // Both may get the same line, one after the other, without anything else that orders them.
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
fn no_increment_is_lost_or_counted_twice_while_one_reads() {
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
fn threads_without_a_line_of_their_own_lose_nothing() {
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
fn an_absolute_value_is_reached_once() {
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
fn a_reset_takes_back_what_it_has_seen_and_no_more() {
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
fn a_series_expires_without_losing_a_late_write() {
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
fn a_gauge_that_is_set_takes_back_what_was_before_and_keeps_what_comes_after() {
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
        // Before the set, after it, and after the down that follows it.
        assert_one_of(
            gauge.value.value(),
            &[100.0, 101.0, 102.0, 10.0, 11.0, 12.0, 9.0],
        );
        join(threads);
        assert_one_of(gauge.value.value(), &[9.0, 10.0, 11.0]);
    });
}

#[test]
fn a_level_is_read_with_the_epoch_it_belongs_to() {
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
fn a_set_is_seen_by_what_comes_after_it_on_a_line_that_was_handed_on() {
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
fn ups_and_downs_without_a_set_are_all_kept() {
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
        // On the shared line, which has another way to add.
        gauge.value.increment(5.0);
        join(threads);
        assert_one_of(gauge.value.value(), &[7.0]);
    });
}

#[test]
fn a_gauge_that_went_up_after_a_reset_is_not_taken_for_unwritten() {
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
fn a_histograms_sum_holds_what_its_buckets_count() {
    model(|| {
        let bounds = Arc::new(Bounds::new(&[1.0]).unwrap());
        let histogram = shared(Histogram::new(&Arena::new(), bounds, None));
        let threads = spawn_both(
            &histogram,
            [
                |histogram| histogram.record(1.0),
                |histogram| histogram.record(2.0),
            ],
        );
        let mut words = Vec::new();
        histogram.value.read(&mut words);
        let [ones, twos, sum] = words[..] else {
            unreachable!()
        };
        assert!(
            f64::from_bits(sum) >= [0.0, 1.0, 2.0, 3.0][usize::try_from(ones + 2 * twos).unwrap()]
        );
        join(threads);
        words.clear();
        histogram.value.read(&mut words);
        assert_eq!(words, [1, 1, 3_f64.to_bits()]);
    });
}
