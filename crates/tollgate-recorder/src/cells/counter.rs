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
    fn start_over(&self, is_due: impl FnOnce(u64) -> bool) -> u64 {
        let total = self.total();
        // Spread, so that an increment does not make up for it by wrapping around.
        let unchanged = self.unchanged.load(Ordering::Relaxed);
        let writes = total.wrapping_add(unchanged.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        if is_due(writes) {
            // Not a later total: increments from here on are not lost.
            self.baseline.store(total, Ordering::Relaxed);
        }
        writes
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
