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

    /// Appends the count of each bucket and the bits of the sum to `words`.
    ///
    /// The sum holds at least every observation that the buckets count, and at most those that were
    /// recorded while it was read.
    pub(crate) fn read(&self, words: &mut Vec<u64>) {
        let start = words.len();
        self.read_totals(words);
        if let Some(baseline) = self.baseline.get() {
            let sum = start + self.bounds.sum();
            for (word, before) in words[start..sum].iter_mut().zip(baseline) {
                *word = word.wrapping_sub(before.load(Ordering::Relaxed));
            }
            let before = f64::from_bits(baseline[self.bounds.sum()].load(Ordering::Relaxed));
            words[sum] = (f64::from_bits(words[sum]) - before).to_bits();
        }
    }

    /// Returns the latest exemplar of each bucket that has one.
    pub(crate) fn exemplars(&self) -> Vec<(usize, Exemplar)> {
        self.exemplars
            .as_ref()
            .map(|exemplars| exemplars.latest())
            .unwrap_or_default()
    }

    fn read_totals(&self, words: &mut Vec<u64>) {
        let start = words.len();
        let sum = self.bounds.sum();
        words.resize(start + sum + 1, 0);
        let totals = &mut words[start..];
        // All buckets are read before any sum, and each was written after its sum.
        for line in self.cells.lines() {
            for (total, bucket) in totals[..sum].iter_mut().zip(line) {
                *total = total.wrapping_add(bucket.load(Ordering::Acquire));
            }
        }
        let sums = self
            .cells
            .lines()
            .map(|line| f64::from_bits(line[sum].load(Ordering::Relaxed)));
        let total = sums.fold(0.0, |total, sum| total + sum);
        totals[sum] = total.clamp(f64::MIN, f64::MAX).to_bits();
    }

    fn count(&self, totals: &[u64]) -> u64 {
        totals[..self.bounds.sum()]
            .iter()
            .copied()
            .fold(0, u64::wrapping_add)
    }

    /// Subtracts `totals` from now on, and returns their count.
    fn start_over(&self, totals: &[u64]) -> u64 {
        let zeros = || totals.iter().map(|_| AtomicU64::new(0)).collect();
        for (before, total) in self.baseline.get_or_init(zeros).iter().zip(totals) {
            before.store(*total, Ordering::Relaxed);
        }
        if let Some(exemplars) = &self.exemplars {
            exemplars.clear();
        }
        self.count(totals)
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

    fn reset(&self) -> u64 {
        let mut totals = Vec::new();
        self.read_totals(&mut totals);
        self.start_over(&totals)
    }

    fn expire(&self, writes: u64) -> bool {
        let mut totals = Vec::new();
        self.read_totals(&mut totals);
        let is_idle = self.count(&totals) == writes;
        if is_idle {
            self.start_over(&totals);
        }
        is_idle
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::{sync::Arc, thread};

    use metrics::HistogramFn;

    use super::Histogram;
    use crate::{
        bounds::Bounds,
        cells::{Arena, Cell},
    };

    fn histogram(bounds: &[f64]) -> Histogram {
        Histogram::new(&Arena::new(), Arc::new(Bounds::new(bounds).unwrap()), None)
    }

    #[track_caller]
    fn assert_reads(histogram: &Histogram, buckets: &[u64], sum: f64) {
        let mut words = Vec::new();
        histogram.read(&mut words);
        let (bits, counts) = words.split_last().unwrap();
        assert_eq!(counts, buckets);
        assert_eq!(f64::from_bits(*bits).to_string(), sum.to_string());
    }

    #[test]
    fn observation_is_counted_in_the_first_bucket_that_reaches_it() {
        let histogram = histogram(&[-1.0, 0.0, 1.0]);
        for value in [-2.0, -1.0, -0.5, 0.0, 1.0, 1.5] {
            histogram.record(value);
        }
        assert_reads(&histogram, &[2, 2, 1, 1], -1.0);
    }

    #[test]
    fn non_finite_values_are_counted_and_left_out_of_the_sum() {
        let histogram = histogram(&[1.0]);
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.5] {
            histogram.record(value);
        }
        assert_reads(&histogram, &[2, 2], 0.5);
        // The second would make the sum infinite.
        for value in [f64::MAX, f64::MAX, -f64::MAX] {
            histogram.record(value);
        }
        assert_reads(&histogram, &[3, 4], 0.0);
    }

    #[test]
    fn record_many_counts_every_observation() {
        let histogram = histogram(&[1.0, 2.0]);
        histogram.record_many(1.5, 4);
        histogram.record_many(f64::NAN, 0);
        assert_reads(&histogram, &[0, 4, 0], 6.0);
    }

    #[test]
    fn new_histogram_reads_as_zero() {
        assert_reads(&histogram(&[1.0]), &[0, 0], 0.0);
    }

    #[test]
    fn threads_on_own_and_shared_lines_add_up() {
        let histogram = histogram(&[1.0]);
        let barrier = std::sync::Barrier::new(160);
        thread::scope(|scope| {
            for _ in 0..160 {
                scope.spawn(|| {
                    histogram.record(0.25);
                    barrier.wait();
                    (0..10).for_each(|_| histogram.record(2.0));
                });
            }
        });
        assert_reads(&histogram, &[160, 1600], 40.0 + 3200.0);
    }

    #[test]
    fn histogram_starts_at_zero_after_a_reset() {
        let histogram = histogram(&[1.0]);
        histogram.record(0.5);
        histogram.reset();
        assert_reads(&histogram, &[0, 0], 0.0);
        histogram.record(2.0);
        assert_reads(&histogram, &[0, 1], 2.0);
        histogram.reset();
        assert_reads(&histogram, &[0, 0], 0.0);
        assert_eq!(histogram.writes(), 2);
    }
}
