//! Series and their values.

use std::{collections::BTreeMap, sync::Arc, time::SystemTime};

/// A series of a [`Family`](crate::Family), and its value.
#[derive(Debug, Clone, Copy)]
pub struct Series<'a> {
    /// The labels as [`label_text`](crate::label_text) writes and
    /// [`label_pairs`](crate::label_pairs) reads them.
    pub labels: &'a str,
    /// The time since which it counts, where that is exposed.
    pub created: Option<SystemTime>,
    /// The value.
    pub value: Value<'a>,
}

impl<'a> Series<'a> {
    /// Creates a series from a [label text](crate::label_text) and a value.
    pub const fn new(labels: &'a str, value: Value<'a>) -> Self {
        Self {
            labels,
            created: None,
            value,
        }
    }
}

/// The value of a series.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A whole number, of a counter, a gauge or an unknown.
    Count(u64),
    /// A number, of a counter, a gauge or an unknown.
    Number(f64),
    /// The buckets of a histogram.
    Histogram {
        /// Upper bounds, the lowest first, without `+Inf`.
        bounds: &'a Arc<[f64]>,
        /// Observations in each bucket alone. The last bucket is `+Inf`, so there is one more than
        /// bounds.
        counts: &'a [u64],
        /// The sum of all observations.
        sum: f64,
        /// Exemplars and the positions of their buckets, at most one for each, in order.
        exemplars: &'a [(usize, Exemplar)],
    },
    /// A [native histogram](https://prometheus.io/docs/specs/native_histograms/).
    Native(&'a NativeHistogram),
    /// A summary.
    Summary {
        /// The number of observations.
        count: u64,
        /// The sum of all observations.
        sum: f64,
        /// Quantiles with their values. The value is NaN if nothing was observed lately.
        quantiles: &'a [(f64, f64)],
    },
}

impl Value<'_> {
    /// Returns sum and count of a histogram or summary.
    pub(crate) fn sum_and_count(&self) -> Option<(f64, u64)> {
        match *self {
            Self::Count(_) | Self::Number(_) => None,
            Self::Histogram { counts, sum, .. } => {
                Some((sum, counts.iter().copied().fold(0, u64::wrapping_add)))
            }
            Self::Native(native) => Some((native.sum, native.count)),
            Self::Summary { count, sum, .. } => Some((sum, count)),
        }
    }

    /// Returns the number of samples in the text format.
    pub(crate) fn samples(&self) -> usize {
        // Each with sum and count.
        match self {
            Self::Count(_) | Self::Number(_) => 1,
            Self::Histogram { counts, .. } => counts.len() + 2,
            Self::Native(_) => 3,
            Self::Summary { quantiles, .. } => quantiles.len() + 2,
        }
    }
}

/// The value of a [native histogram](https://prometheus.io/docs/specs/native_histograms/).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NativeHistogram {
    /// The schema: bucket `i` ends at 2^(`i` · 2^-`schema`).
    pub schema: i32,
    /// The number of observations.
    pub count: u64,
    /// The sum of all observations.
    pub sum: f64,
    /// The largest distance from zero that counts as zero.
    pub zero_threshold: f64,
    /// Observations that count as zero.
    pub zero_count: u64,
    /// Observations in each bucket of positive values.
    pub positive: BTreeMap<i32, u64>,
    /// Observations in each bucket of negative values.
    pub negative: BTreeMap<i32, u64>,
}

/// An observation that stands for the others in its bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct Exemplar {
    /// The labels as [`label_text`](crate::label_text) writes and
    /// [`label_pairs`](crate::label_pairs) reads them.
    pub labels: Arc<str>,
    /// The observed value.
    pub value: f64,
    /// The time of the observation.
    pub at: SystemTime,
}
