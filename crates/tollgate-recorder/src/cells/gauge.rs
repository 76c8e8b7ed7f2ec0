//! Gauges.

use std::sync::Arc;

use metrics::{CounterFn, GaugeFn};

use super::{
    Arena, Cell,
    arena::Cells,
    line::Line,
    sync::{AtomicU64, Mutex, Ordering, lock},
};

/// The words of a line: the epoch its level belongs to, the level, and how often it was written.
const EPOCH: usize = 0;
const LEVEL: usize = 1;
const WRITES: usize = 2;
const WORDS: u16 = 3;

/// A gauge: the value that was set, and on every line the changes since then.
///
/// `set` starts a new epoch, and a line's level counts only if it belongs to the current one. So
/// `set` discards the earlier changes of all threads without writing to their lines, and is exact:
/// until the next change the value *is* the one that was set, not a difference of sums. A concurrent
/// change comes either before the `set`, and is discarded with the rest, or after it.
///
/// A change that is not finite, or would make the level so, is ignored: it could never be undone.
/// `set` takes any float.
#[derive(Debug)]
pub(crate) struct Gauge {
    cells: Cells,
    /// Written under the lock of `base` only.
    epoch: AtomicU64,
    base: Mutex<Base>,
}

#[derive(Debug, Default)]
struct Base {
    /// The value that was set last.
    set: f64,
    /// The changes of threads on the shared line since then.
    changes: f64,
}

impl Gauge {
    pub(crate) fn new(arena: &Arena) -> Self {
        Self {
            cells: arena.claim(WORDS),
            epoch: AtomicU64::new(0),
            base: Mutex::new(Base::default()),
        }
    }

    pub(crate) fn value(&self) -> f64 {
        let base = lock(&self.base);
        self.levels()
            .fold(base.set + base.changes, |value, level| value + level)
    }

    /// Returns whether all ups since the last set were followed by downs. A gauge that is up counts
    /// something that has not ended.
    fn is_at_rest(&self) -> bool {
        let base = lock(&self.base);
        self.levels()
            .fold(base.changes, |sum, level| sum + level)
            .abs()
            < 1e-9
    }

    /// Returns the changes of each line since the last set, under the lock of `base`.
    fn levels(&self) -> impl Iterator<Item = f64> {
        let epoch = self.epoch.load(Ordering::Relaxed);
        // The epoch is read before the level that was stored before it.
        self.cells
            .lines()
            .filter(move |line| line[EPOCH].load(Ordering::Acquire) == epoch)
            .map(|line| f64::from_bits(line[LEVEL].load(Ordering::Relaxed)))
    }

    #[inline]
    pub(super) fn add(&self, line: Line<'_>, value: f64) {
        if !line.is_own() {
            return self.add_to_base(line, value);
        }
        let epoch = self.epoch.load(Ordering::Acquire);
        let is_current = line.get(EPOCH) == epoch;
        let level = if is_current {
            f64::from_bits(line.get(LEVEL))
        } else {
            0.0
        };
        let next = level + value;
        if next.is_finite() {
            line.set(LEVEL, next.to_bits());
            if !is_current {
                line.set(EPOCH, epoch);
            }
        }
        line.add(WRITES, 1);
    }

    /// Begins an epoch at `value`, and returns it.
    fn begin(&self, value: f64) -> u64 {
        let mut base = lock(&self.base);
        *base = Base {
            set: value,
            changes: 0.0,
        };
        let epoch = self.epoch.load(Ordering::Relaxed).wrapping_add(1);
        self.epoch.store(epoch, Ordering::Release);
        epoch
    }

    /// Returns the number of changes.
    fn changes(&self) -> u64 {
        self.cells
            .lines()
            .map(|line| line[WRITES].load(Ordering::Relaxed))
            .fold(0, u64::wrapping_add)
    }

    /// Level and epoch of the shared line could not change as one, so it has neither.
    #[cold]
    #[inline(never)]
    fn add_to_base(&self, line: Line<'_>, value: f64) {
        let mut base = lock(&self.base);
        let next = base.changes + value;
        if next.is_finite() {
            base.changes = next;
        }
        line.add(WRITES, 1);
    }
}

impl GaugeFn for Gauge {
    #[inline]
    fn increment(&self, value: f64) {
        self.add(self.cells.mine(), value);
    }

    #[inline]
    fn decrement(&self, value: f64) {
        self.add(self.cells.mine(), -value);
    }

    fn set(&self, value: f64) {
        self.begin(value);
    }
}

/// A counter that is kept as a gauge, for it is set to totals with fractions.
pub(crate) struct CountedGauge(pub(crate) Arc<Gauge>);

#[expect(clippy::cast_precision_loss, reason = "formats have floats only")]
impl CounterFn for CountedGauge {
    fn increment(&self, value: u64) {
        self.0.increment(value as f64);
    }

    fn absolute(&self, value: u64) {
        self.0.set(self.0.value().max(value as f64));
    }
}

impl Cell for Gauge {
    fn start_over(&self, is_due: impl FnOnce(u64) -> bool) -> u64 {
        // Counted first, so that no change is missed that is not discarded.
        let changes = self.changes();
        let writes = changes.wrapping_add(self.epoch.load(Ordering::Relaxed));
        if is_due(writes) {
            return changes.wrapping_add(self.begin(0.0));
        }
        writes
    }

    fn expire(&self, writes: u64) -> bool {
        self.writes() == writes && self.is_at_rest()
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
