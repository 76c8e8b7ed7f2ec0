//! Series of any number of families, one after the other.

use std::{ops::Range, sync::Arc, time::SystemTime};

use crate::{
    kind::Kind,
    series::{Exemplar, NativeHistogram, Series, Value},
};

/// Series of any number of families. Everything of a length that varies lies one after the other, so
/// that neither a series nor a family has an allocation of its own.
#[derive(Debug, Clone, Default)]
pub struct Buffers {
    series: Vec<Stored>,
    labels: String,
    bounds: Vec<Arc<[f64]>>,
    counts: Vec<u64>,
    exemplars: Vec<(usize, Exemplar)>,
    quantiles: Vec<(f64, f64)>,
    natives: Vec<NativeHistogram>,
}

#[derive(Debug, Clone)]
struct Stored {
    labels: Range<usize>,
    created: Option<SystemTime>,
    value: StoredValue,
}

#[derive(Debug, Clone)]
enum StoredValue {
    Count(u64),
    Number(f64),
    Histogram {
        bounds: usize,
        counts: usize,
        sum: f64,
        exemplars: Range<usize>,
    },
    Native(usize),
    Summary {
        count: u64,
        sum: f64,
        quantiles: Range<usize>,
    },
}

impl Buffers {
    /// Creates buffers with as much [room](Self::room) as earlier ones took.
    pub fn with_room([series, labels, counts]: [usize; 3]) -> Self {
        Self {
            series: Vec::with_capacity(series),
            labels: String::with_capacity(labels),
            counts: Vec::with_capacity(counts),
            ..Self::default()
        }
    }

    /// Returns the room that these take.
    pub fn room(&self) -> [usize; 3] {
        [self.series.len(), self.labels.len(), self.counts.len()]
    }

    /// Returns the number of series.
    #[expect(clippy::len_without_is_empty, reason = "a range ends there")]
    pub fn len(&self) -> usize {
        self.series.len()
    }

    /// Adds a series to a family of this kind, unless its value does not fit.
    #[inline]
    pub fn push(&mut self, kind: Kind, series: &Series<'_>) {
        let is_single = matches!(kind, Kind::Counter | Kind::Gauge | Kind::Unknown);
        let value = match (kind, series.value) {
            (_, Value::Count(count)) if is_single => StoredValue::Count(count),
            (_, Value::Number(number)) if is_single => StoredValue::Number(number),
            (
                Kind::Histogram,
                Value::Histogram {
                    bounds,
                    counts,
                    sum,
                    exemplars,
                },
            ) if counts.len() == bounds.len() + 1 => {
                let read = |all: &mut Vec<u64>| {
                    all.extend_from_slice(counts);
                    sum
                };
                let (labels, created) = (series.labels, series.created);
                return self.push_histogram(labels, created, bounds, exemplars, read);
            }
            (Kind::Histogram, Value::Native(native)) => {
                self.natives.push(native.clone());
                StoredValue::Native(self.natives.len() - 1)
            }
            (
                Kind::Summary,
                Value::Summary {
                    count,
                    sum,
                    quantiles,
                },
            ) => StoredValue::Summary {
                count,
                sum,
                quantiles: added(&mut self.quantiles, quantiles),
            },
            _ => return,
        };
        self.add(series.labels, series.created, value);
    }

    /// Adds a histogram whose counts `read` appends. It returns their sum.
    #[inline]
    pub fn push_histogram(
        &mut self,
        labels: &str,
        created: Option<SystemTime>,
        bounds: &Arc<[f64]>,
        exemplars: &[(usize, Exemplar)],
        read: impl FnOnce(&mut Vec<u64>) -> f64,
    ) {
        let counts = self.counts.len();
        let sum = read(&mut self.counts);
        // Neighbours mostly share their bounds.
        let is_same = |last: &Arc<[f64]>| Arc::ptr_eq(last, bounds) || last == bounds;
        if !self.bounds.last().is_some_and(is_same) {
            self.bounds.push(Arc::clone(bounds));
        }
        let value = StoredValue::Histogram {
            bounds: self.bounds.len() - 1,
            counts,
            sum,
            exemplars: added(&mut self.exemplars, exemplars),
        };
        self.add(labels, created, value);
    }

    #[inline]
    fn add(&mut self, labels: &str, created: Option<SystemTime>, value: StoredValue) {
        let start = self.labels.len();
        self.labels.push_str(labels);
        self.series.push(Stored {
            labels: start..self.labels.len(),
            created,
            value,
        });
    }

    /// Returns the series of a range, in the order in which they were pushed.
    pub(crate) fn series(&self, range: Range<usize>) -> impl ExactSizeIterator<Item = Series<'_>> {
        self.series[range].iter().map(|stored| Series {
            labels: &self.labels[stored.labels.clone()],
            created: stored.created,
            value: self.value(&stored.value),
        })
    }

    fn value<'a>(&'a self, stored: &StoredValue) -> Value<'a> {
        match *stored {
            StoredValue::Count(count) => Value::Count(count),
            StoredValue::Number(number) => Value::Number(number),
            StoredValue::Histogram {
                bounds,
                counts,
                sum,
                ref exemplars,
            } => {
                let bounds = &self.bounds[bounds];
                Value::Histogram {
                    bounds,
                    counts: &self.counts[counts..=counts + bounds.len()],
                    sum,
                    exemplars: &self.exemplars[exemplars.clone()],
                }
            }
            StoredValue::Native(native) => Value::Native(&self.natives[native]),
            StoredValue::Summary {
                count,
                sum,
                ref quantiles,
            } => Value::Summary {
                count,
                sum,
                quantiles: &self.quantiles[quantiles.clone()],
            },
        }
    }
}

/// Appends items to all others, and returns their range.
fn added<T: Clone>(all: &mut Vec<T>, items: &[T]) -> Range<usize> {
    let start = all.len();
    all.extend_from_slice(items);
    start..all.len()
}
