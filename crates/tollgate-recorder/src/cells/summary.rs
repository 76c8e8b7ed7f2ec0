//! Summaries: sketches of the last minute.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use sketches_ddsketch::{Config, DDSketch};

use super::locked::Sketch;

/// A summary's quantiles are those of the last three windows, of 20 seconds each.
const WINDOW: Duration = Duration::from_secs(20);
const WINDOWS: usize = 3;

/// The quantiles of a summary: a sketch for each of the last windows.
///
/// Quantiles of several threads cannot be added up. A value that is not finite is left out.
pub(crate) struct Summary {
    quantiles: Arc<[f64]>,
    /// The time at which the newest window began.
    began: Option<Instant>,
    /// The newest first.
    windows: [Option<DDSketch>; WINDOWS],
}

impl Summary {
    pub(crate) fn new(quantiles: Arc<[f64]>) -> Self {
        Self {
            quantiles,
            began: None,
            windows: [const { None }; WINDOWS],
        }
    }

    /// Returns each quantile with its value, NaN if nothing was observed lately.
    pub(crate) fn read(&mut self) -> Vec<(f64, f64)> {
        self.read_at(Instant::now())
    }

    fn read_at(&mut self, now: Instant) -> Vec<(f64, f64)> {
        self.advance(now);
        let sketch = self.merged();
        let value = |quantile| sketch.as_ref()?.quantile(quantile).ok().flatten();
        let quantiles = self.quantiles.iter();
        quantiles
            .map(|&quantile| (quantile, value(quantile).unwrap_or(f64::NAN)))
            .collect()
    }

    fn add_at(&mut self, value: f64, count: u64, now: Instant) {
        self.advance(now);
        if value.is_finite() {
            let window = self.windows[0].get_or_insert_with(sketch);
            (0..count).for_each(|_| window.add(value));
        }
    }

    /// Begins as many windows as have passed.
    fn advance(&mut self, now: Instant) {
        let began = self.began.get_or_insert(now);
        for _ in 0..WINDOWS {
            if now.saturating_duration_since(*began) < WINDOW {
                return;
            }
            *began += WINDOW;
            self.windows.rotate_right(1);
            self.windows[0] = None;
        }
        // All windows are empty, so the next one begins now.
        if now.saturating_duration_since(*began) >= WINDOW {
            *began = now;
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

impl Sketch for Summary {
    fn add(&mut self, value: f64, count: u64) {
        self.add_at(value, count, Instant::now());
    }

    fn clear(&mut self) {
        *self = Self::new(self.quantiles.clone());
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

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Summary")
            .field("quantiles", &self.quantiles)
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
