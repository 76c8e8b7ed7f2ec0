//! Families: all series of one name.

use std::{borrow::Cow, collections::BTreeSet, ops::Range, sync::Arc, time::SystemTime};

use crate::{
    kind::Kind,
    selection::Selection,
    series::{Exemplar, NativeHistogram, Series, Value},
    writers::json,
};

/// All series of one name.
///
/// # Examples
///
/// ```
/// use tollgate_exposition::{Family, Kind, Series, Value, label_text};
///
/// let mut family = Family::new("queue_length", Kind::Gauge);
/// family.help = Some("Jobs waiting, by queue.".into());
/// family.push(Series::new(&label_text([("queue", "mail")]), Value::Count(3)));
///
/// assert_eq!(family.series().count(), 1);
/// ```
#[derive(Debug, Clone)]
pub struct Family {
    name: Arc<str>,
    kind: Kind,
    /// The help text.
    pub help: Option<Arc<str>>,
    /// The unit. It is written only where the name ends with it: anywhere else Prometheus refuses it.
    pub unit: Option<Cow<'static, str>>,
    /// Whether `OpenMetrics` has the family: not if another family has one of its names there.
    pub in_openmetrics: bool,
    series: Vec<Stored>,
    // Everything of a length that varies lies one after the other: no allocation for each series.
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

impl Family {
    /// Creates a family without series. The name must be one that Prometheus accepts.
    pub fn new(name: impl Into<Arc<str>>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
            help: None,
            unit: None,
            in_openmetrics: true,
            series: Vec::new(),
            labels: String::new(),
            bounds: Vec::new(),
            counts: Vec::new(),
            exemplars: Vec::new(),
            quantiles: Vec::new(),
            natives: Vec::new(),
        }
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Adds a series. A value of another kind than the family is ignored, and so is a histogram
    /// without exactly one count more than bounds.
    pub fn push(&mut self, series: Series<'_>) {
        let is_single = matches!(self.kind, Kind::Counter | Kind::Gauge | Kind::Unknown);
        let value = match (self.kind, series.value) {
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
                let stored = StoredValue::Histogram {
                    bounds: self.position(bounds),
                    counts: self.counts.len(),
                    sum,
                    exemplars: end(self.exemplars.len(), exemplars.len()),
                };
                self.counts.extend_from_slice(counts);
                self.exemplars.extend_from_slice(exemplars);
                stored
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
            ) => {
                let range = end(self.quantiles.len(), quantiles.len());
                self.quantiles.extend_from_slice(quantiles);
                StoredValue::Summary {
                    count,
                    sum,
                    quantiles: range,
                }
            }
            _ => return,
        };
        let labels = end(self.labels.len(), series.labels.len());
        self.labels.push_str(series.labels);
        self.series.push(Stored {
            labels,
            created: series.created,
            value,
        });
    }

    /// Returns the series in the order in which they were pushed.
    pub fn series(&self) -> impl ExactSizeIterator<Item = Series<'_>> {
        self.series.iter().map(|stored| Series {
            labels: &self.labels[stored.labels.clone()],
            created: stored.created,
            value: self.value(&stored.value),
        })
    }

    /// Returns the family as JSON, summed over its series that `selection` has, in the shape of
    /// Micronaut's and Spring's management endpoints; `None` if there is no such series.
    ///
    /// `availableTags` are the labels that tell these series apart, without the labels that
    /// `selection` gives. A value that is not a finite number is `null`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_exposition::{Family, Kind, Selection, Series, Value};
    ///
    /// let mut family = Family::new("orders_total", Kind::Counter);
    /// family.push(Series::new(r#"country="fi",kind="book""#, Value::Count(3)));
    /// family.push(Series::new(r#"country="it",kind="book""#, Value::Count(2)));
    /// family.push(Series::new(r#"country="it",kind="pen""#, Value::Count(9)));
    ///
    /// assert_eq!(
    ///     family.to_json(&Selection::all().label("kind", "book")).unwrap(),
    ///     r#"{"name":"orders_total","measurements":[{"statistic":"COUNT","value":5.0}],"availableTags":[{"tag":"country","values":["fi","it"]}],"description":null,"baseUnit":null}"#,
    /// );
    /// ```
    pub fn to_json(&self, selection: &Selection) -> Option<String> {
        let selected = self.series().filter(|s| selection.has_series(s.labels));
        let help = self.help.as_deref();
        json::family(&self.name, self.kind, help, selected, selection)
    }

    /// Returns the family's name in `OpenMetrics`.
    pub(crate) fn openmetrics_name(&self) -> &str {
        self.kind.openmetrics_base(&self.name)
    }

    /// Returns the unit, if the name ends with it.
    pub(crate) fn unit_in_name(&self) -> Option<&str> {
        let unit = self.unit.as_deref()?;
        let rest = self.openmetrics_name().strip_suffix(unit)?;
        (rest.ends_with('_') && rest.len() > 1).then_some(unit)
    }

    /// Returns the number of samples in the text format.
    pub(crate) fn samples(&self) -> usize {
        self.series().map(|series| series.value.samples()).sum()
    }

    /// Returns the same family with other series.
    pub(crate) fn with_series<'a>(&self, series: impl Iterator<Item = Series<'a>>) -> Self {
        let mut family = Self {
            help: self.help.clone(),
            unit: self.unit.clone(),
            in_openmetrics: self.in_openmetrics,
            ..Self::new(Arc::clone(&self.name), self.kind)
        };
        series.for_each(|series| family.push(series));
        family
    }

    /// Adds the series of `other` whose labels this has not, and returns whether it had any.
    pub(crate) fn merge(&mut self, other: &Self) -> bool {
        let known: BTreeSet<_> = self.series().map(|series| series.labels).collect();
        let is_new = |series: &Series<'_>| !known.contains(series.labels);
        let mut all: Vec<_> = self.series().chain(other.series().filter(is_new)).collect();
        let had_any = all.len() < self.series.len() + other.series.len();
        all.sort_by_key(|series| series.labels);
        let mut merged = self.with_series(all.into_iter());
        merged.help = merged.help.or_else(|| other.help.clone());
        merged.unit = merged.unit.or_else(|| other.unit.clone());
        *self = merged;
        had_any
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

    /// Returns the position of bounds that are stored once for all series that share them.
    fn position(&mut self, bounds: &Arc<[f64]>) -> usize {
        let is_same = |stored: &Arc<[f64]>| Arc::ptr_eq(stored, bounds) || stored == bounds;
        self.bounds.iter().position(is_same).unwrap_or_else(|| {
            self.bounds.push(Arc::clone(bounds));
            self.bounds.len() - 1
        })
    }
}

fn end(start: usize, len: usize) -> Range<usize> {
    start..start + len
}
