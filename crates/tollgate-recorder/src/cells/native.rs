//! Native histograms: sparse exponential buckets behind a lock.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use metrics::HistogramFn;

use super::Cell;
use crate::shape::NativeHistogram;

/// A [native histogram]: exponential buckets, of which only those with a count are kept.
///
/// New values add and merge buckets, so a lock guards it.
///
/// NaN is counted as `+Inf` is; neither enters the sum.
///
/// [native histogram]: https://prometheus.io/docs/specs/native_histograms/
#[derive(Debug)]
pub(crate) struct Native {
    settings: NativeHistogram,
    state: Mutex<State>,
}

/// A native histogram at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NativeReading {
    pub(crate) schema: i32,
    pub(crate) count: u64,
    pub(crate) sum: f64,
    pub(crate) zero_count: u64,
    pub(crate) positive: BTreeMap<i32, u64>,
    pub(crate) negative: BTreeMap<i32, u64>,
}

#[derive(Debug)]
struct State {
    writes: u64,
    reading: NativeReading,
}

impl Native {
    pub(crate) fn new(settings: NativeHistogram) -> Self {
        let reading = NativeReading::new(settings.schema);
        Self {
            settings,
            state: Mutex::new(State { writes: 0, reading }),
        }
    }

    pub(crate) fn read(&self) -> NativeReading {
        self.with(|state| state.reading.clone())
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HistogramFn for Native {
    fn record(&self, value: f64) {
        self.record_many(value, 1);
    }

    fn record_many(&self, value: f64, count: usize) {
        if count == 0 {
            return;
        }
        self.with(|state| {
            state.writes = state.writes.wrapping_add(count as u64);
            state.reading.add(value, count as u64);
            while state.reading.buckets() > self.settings.max_buckets
                && state.reading.schema > LOWEST_SCHEMA
            {
                state.reading.halve();
            }
        });
    }
}

impl Cell for Native {
    fn writes(&self) -> u64 {
        self.with(|state| state.writes)
    }

    fn reset(&self) -> u64 {
        self.with(|state| {
            state.reading = NativeReading::new(self.settings.schema);
            state.writes
        })
    }

    fn expire(&self, writes: u64) -> bool {
        self.with(|state| {
            let is_idle = state.writes == writes;
            if is_idle {
                state.reading = NativeReading::new(self.settings.schema);
            }
            is_idle
        })
    }
}

/// Bucket bounds that are 65,536 times the one before.
const LOWEST_SCHEMA: i32 = -4;

impl NativeReading {
    /// The largest distance from zero that counts as zero: 2⁻¹²⁸, as in Go's client.
    pub(crate) const ZERO_THRESHOLD: f64 = 2.938_735_877_055_719e-39;

    pub(crate) fn new(schema: i32) -> Self {
        Self {
            schema,
            count: 0,
            sum: 0.0,
            zero_count: 0,
            positive: BTreeMap::new(),
            negative: BTreeMap::new(),
        }
    }

    fn buckets(&self) -> usize {
        self.positive.len() + self.negative.len()
    }

    fn add(&mut self, value: f64, count: u64) {
        self.count = self.count.wrapping_add(count);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a sum of floats is not exact at this size either"
        )]
        let sum = self.sum + value * count as f64;
        if sum.is_finite() {
            self.sum = sum;
        }
        if value.abs() <= Self::ZERO_THRESHOLD {
            self.zero_count = self.zero_count.wrapping_add(count);
            return;
        }
        let buckets = if value < 0.0 {
            &mut self.negative
        } else {
            &mut self.positive
        };
        let bucket = buckets.entry(index(value.abs(), self.schema)).or_default();
        *bucket = bucket.wrapping_add(count);
    }

    /// Merges every two buckets.
    fn halve(&mut self) {
        self.schema -= 1;
        for buckets in [&mut self.positive, &mut self.negative] {
            let mut halved = BTreeMap::new();
            for (&index, &count) in &*buckets {
                let bucket: &mut u64 = halved.entry(wider(index, 1)).or_default();
                *bucket = bucket.wrapping_add(count);
            }
            *buckets = halved;
        }
    }
}

/// Returns the bucket of a positive value that is not subnormal: the lowest `i` with `value` ≤ 2^(i ·
/// 2^-schema).
///
/// Infinite values, and NaN, come right after the largest finite one.
fn index(value: f64, schema: i32) -> i32 {
    const FRACTION_BITS: u32 = f64::MANTISSA_DIGITS - 1;
    if !value.is_finite() {
        return index(f64::MAX, schema) + 1;
    }
    let bits = value.to_bits();
    // Eleven bits: the sign is not set.
    let exponent = (bits >> FRACTION_BITS) as i32 - 1023;
    // The same value within one and two, where powers of two stay exact.
    let fraction = f64::from_bits((bits & ((1 << FRACTION_BITS) - 1)) | 1_f64.to_bits());
    if schema <= 0 {
        return wider(exponent + i32::from(fraction > 1.0), -schema);
    }
    let per_power = 1 << schema;
    #[expect(clippy::cast_possible_truncation, reason = "at most 256")]
    let within = (fraction.log2() * f64::from(per_power)).ceil() as i32;
    exponent * per_power + within
}

/// Returns the bucket that holds this one at a schema that is lower by `steps`: `index` / 2^steps,
/// rounded up.
fn wider(index: i32, steps: i32) -> i32 {
    (index + (1 << steps) - 1) >> steps
}

#[cfg(all(test, not(loom)))]
mod tests;
