//! Summaries: sketches of the last minute behind a lock.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use metrics::HistogramFn;
use sketches_ddsketch::{Config, DDSketch};

use super::Cell;

/// A summary's quantiles are those of the last three windows, of 20 seconds each.
const WINDOW: Duration = Duration::from_secs(20);
const WINDOWS: usize = 3;

/// A summary: a sketch for each of the last windows, with a count and a sum of everything.
///
/// Quantiles of several threads cannot be added up, so a lock guards it.
///
/// A value that is not finite is counted, and left out of the sum and the quantiles.
pub(crate) struct Summary {
    quantiles: Arc<[f64]>,
    state: Mutex<State>,
}

/// A summary at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SummaryReading {
    pub(crate) count: u64,
    pub(crate) sum: f64,
    /// Each quantile with its value, NaN if nothing was observed lately.
    pub(crate) quantiles: Vec<(f64, f64)>,
}

struct State {
    writes: u64,
    count: u64,
    sum: f64,
    /// The time at which the first window began.
    began: Instant,
    /// The newest first.
    windows: [Option<DDSketch>; WINDOWS],
}

impl Summary {
    pub(crate) fn new(quantiles: Arc<[f64]>) -> Self {
        Self {
            quantiles,
            state: Mutex::new(State::new(Instant::now())),
        }
    }

    pub(crate) fn read(&self) -> SummaryReading {
        self.read_at(Instant::now())
    }

    fn read_at(&self, now: Instant) -> SummaryReading {
        let (count, sum, sketch) = self.with(|state| {
            state.advance(now);
            (state.count, state.sum, state.merged())
        });
        let value = |quantile| {
            sketch
                .as_ref()
                .and_then(|sketch| sketch.quantile(quantile).ok().flatten())
        };
        let quantiles = self
            .quantiles
            .iter()
            .map(|&quantile| (quantile, value(quantile).unwrap_or(f64::NAN)));
        SummaryReading {
            count,
            sum,
            quantiles: quantiles.collect(),
        }
    }

    fn record_at(&self, value: f64, count: usize, now: Instant) {
        self.with(|state| {
            state.advance(now);
            state.add(value, count);
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HistogramFn for Summary {
    fn record(&self, value: f64) {
        self.record_at(value, 1, Instant::now());
    }

    fn record_many(&self, value: f64, count: usize) {
        self.record_at(value, count, Instant::now());
    }
}

impl Cell for Summary {
    fn writes(&self) -> u64 {
        self.with(|state| state.writes)
    }

    fn reset(&self) -> u64 {
        self.with(State::start_over)
    }

    fn expire(&self, writes: u64) -> bool {
        self.with(|state| {
            let is_idle = state.writes == writes;
            if is_idle {
                state.start_over();
            }
            is_idle
        })
    }
}

impl State {
    fn new(now: Instant) -> Self {
        Self {
            writes: 0,
            count: 0,
            sum: 0.0,
            began: now,
            windows: [const { None }; WINDOWS],
        }
    }

    fn start_over(&mut self) -> u64 {
        *self = Self {
            writes: self.writes,
            ..Self::new(Instant::now())
        };
        self.writes
    }

    /// Begins as many windows as have passed.
    fn advance(&mut self, now: Instant) {
        for _ in 0..WINDOWS {
            if now.saturating_duration_since(self.began) < WINDOW {
                return;
            }
            self.began += WINDOW;
            self.windows.rotate_right(1);
            self.windows[0] = None;
        }
        // All windows are empty, so the next one begins now.
        if now.saturating_duration_since(self.began) >= WINDOW {
            self.began = now;
        }
    }

    fn add(&mut self, value: f64, count: usize) {
        if count == 0 {
            return;
        }
        self.writes = self.writes.wrapping_add(count as u64);
        self.count = self.count.wrapping_add(count as u64);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a sum of floats is not exact at this size either"
        )]
        let sum = self.sum + value * count as f64;
        if sum.is_finite() {
            self.sum = sum;
        }
        if value.is_finite() {
            let window = self.windows[0].get_or_insert_with(sketch);
            (0..count).for_each(|_| window.add(value));
        }
    }

    fn merged(&self) -> Option<DDSketch> {
        let mut windows = self.windows.iter().flatten();
        let mut merged = windows.next()?.clone();
        for window in windows {
            // Merging fails only for different configurations.
            let _ = merged.merge(window);
        }
        Some(merged)
    }
}

/// Returns a sketch within 1% of the true value, as long as the largest is at most 10¹⁷ times the
/// smallest.
///
/// 2,048 bins, each 2% wider than the one before, reach that far. Of values that span more, the
/// smallest share a bin. Below a billionth, all are the same.
fn sketch() -> DDSketch {
    DDSketch::new(Config::new(0.01, 2_048, 1e-9))
}

impl std::fmt::Debug for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Summary")
            .field("quantiles", &self.quantiles)
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::time::Instant;

    use metrics::HistogramFn;

    use super::{Summary, WINDOW};
    use crate::cells::Cell;

    fn summary() -> Summary {
        Summary::new([0.0, 0.5, 1.0].into())
    }

    #[track_caller]
    fn assert_quantiles(got: &[(f64, f64)], expected: [f64; 3]) {
        for ((quantile, value), expected) in got.iter().zip(expected) {
            let is_near = (value - expected).abs() <= expected.abs() * 0.0101;
            assert!(
                is_near || (value.is_nan() && expected.is_nan()),
                "{quantile}: {value}, not {expected}"
            );
        }
    }

    #[test]
    fn quantiles_are_near_and_count_and_sum_are_exact() {
        let summary = summary();
        (-50..=150).for_each(|value| summary.record(f64::from(value)));
        let reading = summary.read();
        assert_eq!(
            (reading.count, reading.sum.to_string()),
            (201, "10050".to_owned())
        );
        assert_quantiles(&reading.quantiles, [-50.0, 50.0, 150.0]);
    }

    #[test]
    fn outlier_does_not_move_the_other_quantiles() {
        for (value, outlier) in [(0.000_2, 5.0), (1e-8, 1e8), (2.0, 1e15)] {
            let summary = summary();
            summary.record_many(value, 999);
            summary.record(outlier);
            let reading = summary.read();
            assert_eq!(reading.count, 1_000);
            assert_quantiles(&reading.quantiles, [value, value, outlier]);
        }
    }

    #[test]
    fn non_finite_values_are_only_counted() {
        let summary = summary();
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            summary.record(value);
        }
        let reading = summary.read();
        assert_eq!(
            (reading.count, reading.sum.to_string()),
            (3, "0".to_owned())
        );
        assert_quantiles(&reading.quantiles, [f64::NAN; 3]);
    }

    #[test]
    fn old_observations_leave_the_quantiles_and_stay_in_the_sum() {
        let summary = summary();
        let start = Instant::now();
        summary.record_at(1.0, 1, start);
        summary.record_at(3.0, 1, start + WINDOW);
        assert_quantiles(
            &summary.read_at(start + WINDOW * 2).quantiles,
            [1.0, 1.0, 3.0],
        );
        assert_quantiles(&summary.read_at(start + WINDOW * 3).quantiles, [3.0; 3]);
        assert_quantiles(
            &summary.read_at(start + WINDOW * 100).quantiles,
            [f64::NAN; 3],
        );
        summary.record_at(5.0, 1, start + WINDOW * 100);
        let reading = summary.read_at(start + WINDOW * 101);
        assert_quantiles(&reading.quantiles, [5.0; 3]);
        assert_eq!(reading.count, 3);
    }

    #[test]
    fn reset_is_not_a_write() {
        let summary = summary();
        summary.record(1.0);
        summary.reset();
        assert_eq!((summary.writes(), summary.read().count), (1, 0));
    }
}
