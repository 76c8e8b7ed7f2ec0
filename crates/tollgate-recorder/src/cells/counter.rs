//! Counters.

use metrics::CounterFn;

use super::{
    Arena, Cell,
    arena::Cells,
    sync::{AtomicU64, Mutex, Ordering, lock},
};

/// A counter: one word per line.
///
/// Wraps around at 2⁶⁴, which Prometheus takes for a restart.
#[derive(Debug)]
pub(crate) struct Counter {
    cells: Cells,
    /// The total at the moment when it started over.
    baseline: AtomicU64,
    /// Held while the total is compared with an absolute value. Increments do not take it.
    absolute: Mutex<()>,
    /// Number of absolute values that were not above the total.
    unchanged: AtomicU64,
}

impl Counter {
    pub(crate) fn new(arena: &Arena) -> Self {
        Self {
            cells: arena.claim(1),
            baseline: AtomicU64::new(0),
            absolute: Mutex::new(()),
            unchanged: AtomicU64::new(0),
        }
    }

    pub(crate) fn value(&self) -> u64 {
        self.total()
            .wrapping_sub(self.baseline.load(Ordering::Relaxed))
    }

    /// Returns the total since the beginning.
    fn total(&self) -> u64 {
        self.cells
            .lines()
            .map(|line| line[0].load(Ordering::Relaxed))
            .fold(0, u64::wrapping_add)
    }

    fn writes_of(&self, total: u64) -> u64 {
        // Spread, so that an increment does not make up for it by wrapping around.
        let unchanged = self.unchanged.load(Ordering::Relaxed);
        total.wrapping_add(unchanged.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }
}

impl CounterFn for Counter {
    #[inline]
    fn increment(&self, value: u64) {
        self.cells.mine().add(0, value);
    }

    /// Raises the counter to `value`, or leaves it if it is there already.
    ///
    /// Increments that run at the same time count as coming before, if they were seen, or after.
    fn absolute(&self, value: u64) {
        let _other_absolutes_wait = lock(&self.absolute);
        let missing = value.saturating_sub(self.value());
        if missing > 0 {
            self.cells.mine().add(0, missing);
        } else {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Cell for Counter {
    /// Returns the total since the beginning, and how often it was only confirmed. An increment by
    /// zero is no write.
    fn writes(&self) -> u64 {
        self.writes_of(self.total())
    }

    fn reset(&self) -> u64 {
        let total = self.total();
        self.baseline.store(total, Ordering::Relaxed);
        self.writes_of(total)
    }

    fn expire(&self, writes: u64) -> bool {
        // Not a later total: increments from here on are not lost.
        let total = self.total();
        let is_idle = self.writes_of(total) == writes;
        if is_idle {
            self.baseline.store(total, Ordering::Relaxed);
        }
        is_idle
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
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
}
