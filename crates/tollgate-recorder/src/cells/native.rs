//! Native histograms: sparse exponential buckets.

use std::collections::BTreeMap;

use tollgate_exposition::NativeHistogram;

use super::locked::Sketch;

/// Bucket bounds that are 65,536 times the one before.
const LOWEST_SCHEMA: i32 = -4;

/// The largest distance from zero that counts as zero: 2⁻¹²⁸, as in Go's client.
const ZERO_THRESHOLD: f64 = 2.938_735_877_055_719e-39;

/// The buckets of a [native histogram], of which only those with a count are kept.
///
/// NaN is counted as `+Inf` is.
///
/// [native histogram]: https://prometheus.io/docs/specs/native_histograms/
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Native {
    first_schema: i32,
    max_buckets: usize,
    schema: i32,
    zero_count: u64,
    positive: BTreeMap<i32, u64>,
    negative: BTreeMap<i32, u64>,
}

impl Native {
    pub(crate) fn new(schema: i32, max_buckets: usize) -> Self {
        Self {
            first_schema: schema,
            max_buckets,
            schema,
            zero_count: 0,
            positive: BTreeMap::new(),
            negative: BTreeMap::new(),
        }
    }

    /// Returns the buckets, without count and sum.
    pub(crate) fn read(&self) -> NativeHistogram {
        NativeHistogram {
            schema: self.schema,
            zero_threshold: ZERO_THRESHOLD,
            zero_count: self.zero_count,
            positive: self.positive.clone(),
            negative: self.negative.clone(),
            ..NativeHistogram::default()
        }
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

impl Sketch for Native {
    fn add(&mut self, value: f64, count: u64) {
        let bucket = if value.abs() <= ZERO_THRESHOLD {
            &mut self.zero_count
        } else {
            let buckets = if value < 0.0 {
                &mut self.negative
            } else {
                &mut self.positive
            };
            buckets.entry(index(value.abs(), self.schema)).or_default()
        };
        *bucket = bucket.wrapping_add(count);
        while self.positive.len() + self.negative.len() > self.max_buckets
            && self.schema > LOWEST_SCHEMA
        {
            self.halve();
        }
    }

    fn clear(&mut self) {
        *self = Self::new(self.first_schema, self.max_buckets);
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
