//! Histograms whose numbers change together, behind a lock.

use std::sync::{Mutex, PoisonError};

use metrics::HistogramFn;

use super::Cell;

/// A histogram whose numbers change together: a summary or a native histogram.
///
/// A value that is not finite is counted, and left out of the sum.
#[derive(Debug)]
pub(crate) struct Locked<S> {
    numbers: Mutex<Numbers<S>>,
}

#[derive(Debug)]
struct Numbers<S> {
    writes: u64,
    count: u64,
    sum: f64,
    sketch: S,
}

/// The distribution of observations.
pub(crate) trait Sketch {
    fn add(&mut self, value: f64, count: u64);

    fn clear(&mut self);
}

impl<S: Sketch> Locked<S> {
    pub(crate) fn new(sketch: S) -> Self {
        let numbers = Numbers {
            writes: 0,
            count: 0,
            sum: 0.0,
            sketch,
        };
        Self {
            numbers: Mutex::new(numbers),
        }
    }

    /// Returns the count of all values, the sum of the finite ones, and what `read` makes of the sketch.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&mut S) -> T) -> (u64, f64, T) {
        self.with(|numbers| (numbers.count, numbers.sum, read(&mut numbers.sketch)))
    }

    fn with<T>(&self, change: impl FnOnce(&mut Numbers<S>) -> T) -> T {
        change(&mut self.numbers.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Sketch> HistogramFn for Locked<S> {
    fn record(&self, value: f64) {
        self.record_many(value, 1);
    }

    fn record_many(&self, value: f64, count: usize) {
        if count == 0 {
            return;
        }
        let added = count as u64;
        self.with(|numbers| {
            numbers.writes = numbers.writes.wrapping_add(added);
            numbers.count = numbers.count.wrapping_add(added);
            #[expect(
                clippy::cast_precision_loss,
                reason = "a sum of floats is not exact at this size either"
            )]
            let sum = numbers.sum + value * added as f64;
            if sum.is_finite() {
                numbers.sum = sum;
            }
            numbers.sketch.add(value, added);
        });
    }
}

impl<S: Sketch> Cell for Locked<S> {
    fn start_over(&self, is_due: impl FnOnce(u64) -> bool) -> u64 {
        self.with(|numbers| {
            if is_due(numbers.writes) {
                (numbers.count, numbers.sum) = (0, 0.0);
                numbers.sketch.clear();
            }
            numbers.writes
        })
    }
}
