//! Histograms with buckets.

use std::sync::{Arc, OnceLock};

use metrics::HistogramFn;
use tollgate_exposition::Exemplar;

use super::{
    Arena, Cell,
    arena::Cells,
    line::Line,
    sync::{AtomicU64, Ordering},
};
use crate::{bounds::Bounds, exemplar::Exemplars};

/// A histogram: per line one word for each bucket, `+Inf` included, and one for the sum.
///
/// The count is the sum of the buckets and is not stored, so it always equals the `+Inf` bucket of
/// the same reading.
///
/// A value that is not finite is counted in its bucket (NaN is not below any bound: `+Inf`) and left
/// out of the sum, which it would spoil for good.
#[derive(Debug)]
pub(crate) struct Histogram {
    cells: Cells,
    bounds: Arc<Bounds>,
    /// The totals at the moment when it started over.
    baseline: OnceLock<Box<[AtomicU64]>>,
    exemplars: Option<Box<Exemplars>>,
}

impl Histogram {
    pub(crate) fn new(
        arena: &Arena,
        bounds: Arc<Bounds>,
        exemplars: Option<Box<Exemplars>>,
    ) -> Self {
        Self {
            cells: arena.claim(bounds.words()),
            bounds,
            baseline: OnceLock::new(),
            exemplars,
        }
    }

    /// Appends the count of each bucket to `counts`, and returns the sum.
    ///
    /// The sum holds at least every observation that the buckets count, and at most those that were
    /// recorded while it was read.
    pub(crate) fn read(&self, counts: &mut Vec<u64>) -> f64 {
        let start = counts.len();
        let sum = self.read_totals(counts);
        let Some(baseline) = self.baseline.get() else {
            return sum;
        };
        for (count, before) in counts[start..].iter_mut().zip(baseline) {
            *count = count.wrapping_sub(before.load(Ordering::Relaxed));
        }
        sum - f64::from_bits(baseline[self.bounds.sum()].load(Ordering::Relaxed))
    }

    /// Returns the latest exemplar of each bucket that has one.
    pub(crate) fn exemplars(&self) -> Vec<(usize, Exemplar)> {
        self.exemplars
            .as_ref()
            .map(|exemplars| exemplars.latest())
            .unwrap_or_default()
    }

    fn read_totals(&self, counts: &mut Vec<u64>) -> f64 {
        let (start, sum) = (counts.len(), self.bounds.sum());
        counts.resize(start + sum, 0);
        // All buckets are read before any sum, and each was written after its sum.
        for line in self.cells.lines() {
            for (count, bucket) in counts[start..].iter_mut().zip(line) {
                *count = count.wrapping_add(bucket.load(Ordering::Acquire));
            }
        }
        let sums = self
            .cells
            .lines()
            .map(|line| f64::from_bits(line[sum].load(Ordering::Relaxed)));
        let total = sums.fold(0.0, |total, sum| total + sum);
        total.clamp(f64::MIN, f64::MAX)
    }

    #[inline]
    pub(super) fn add(&self, line: Line<'_>, value: f64, count: u64) {
        let bucket = self.bounds.bucket(value);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a sum of floats is not exact at this size either"
        )]
        line.add_finite(self.bounds.sum(), value * count as f64);
        line.add(bucket, count);
        if let Some(exemplars) = &self.exemplars {
            exemplars.offer(bucket, value);
        }
    }
}

impl HistogramFn for Histogram {
    #[inline]
    fn record(&self, value: f64) {
        self.add(self.cells.mine(), value, 1);
    }

    fn record_many(&self, value: f64, count: usize) {
        if count > 0 {
            self.add(self.cells.mine(), value, count as u64);
        }
    }
}

impl Cell for Histogram {
    /// Returns the count since the beginning.
    fn writes(&self) -> u64 {
        let buckets = self
            .cells
            .lines()
            .flat_map(|line| &line[..self.bounds.sum()]);
        buckets
            .map(|bucket| bucket.load(Ordering::Relaxed))
            .fold(0, u64::wrapping_add)
    }

    /// Subtracts the totals from then on.
    fn start_over(&self, is_due: impl FnOnce(u64) -> bool) -> u64 {
        let mut totals = Vec::new();
        let sum = self.read_totals(&mut totals);
        let count = totals.iter().copied().fold(0, u64::wrapping_add);
        if is_due(count) {
            totals.push(sum.to_bits());
            let zeros = || totals.iter().map(|_| AtomicU64::new(0)).collect();
            for (before, total) in self.baseline.get_or_init(zeros).iter().zip(&totals) {
                before.store(*total, Ordering::Relaxed);
            }
            if let Some(exemplars) = &self.exemplars {
                exemplars.clear();
            }
        }
        count
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
