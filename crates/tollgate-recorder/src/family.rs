//! All series of one name.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant, UNIX_EPOCH},
};

use metrics::Unit;
use tollgate_exposition::{self as exposition, Buffers, Kind, NativeHistogram, Selection, Value};

use crate::{
    bounds::Bounds,
    cells::{Counter, Gauge, Histogram, Locked, Native, Summary},
    series::Series,
    shape::Shape,
};

/// All series of one name.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) name: Arc<str>,
    /// The first description of the name.
    pub(crate) description: OnceLock<Description>,
    pub(crate) members: Members,
}

/// The description of a metric.
#[derive(Debug, Clone)]
pub(crate) struct Description {
    pub(crate) help: Option<Arc<str>>,
    pub(crate) unit: Option<Unit>,
}

/// The series of a family, by the form of their cells.
#[derive(Debug)]
pub(crate) enum Members {
    Counters(Series<Counter>),
    /// Counters that are set to totals, which may have fractions.
    Totals(Series<Gauge>),
    Gauges(Series<Gauge>),
    Histograms(Arc<Bounds>, Series<Histogram>),
    Summaries(Arc<[f64]>, Series<Locked<Summary>>),
    /// With schema and maximum number of buckets.
    Natives((i32, usize), Series<Locked<Native>>),
}

/// Runs an expression on the series of a family, in any form.
macro_rules! each {
    ($members:expr, $series:ident => $run:expr) => {
        match $members {
            Members::Counters($series) => $run,
            Members::Totals($series) => $run,
            Members::Gauges($series) => $run,
            Members::Histograms(_, $series) => $run,
            Members::Summaries(_, $series) => $run,
            Members::Natives(_, $series) => $run,
        }
    };
}

impl Members {
    pub(crate) fn histograms(shape: &Shape) -> Self {
        match shape {
            Shape::Buckets(bounds) => Self::Histograms(bounds.clone(), Series::new()),
            Shape::Summary(quantiles) => Self::Summaries(quantiles.clone(), Series::new()),
            Shape::Native(settings) => Self::Natives(*settings, Series::new()),
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Counters(_) | Self::Totals(_) => Kind::Counter,
            Self::Gauges(_) => Kind::Gauge,
            Self::Histograms(..) | Self::Natives(..) => Kind::Histogram,
            Self::Summaries(..) => Kind::Summary,
        }
    }

    pub(crate) fn len(&self) -> usize {
        each!(self, series => series.len())
    }

    pub(crate) fn remove(&self, labels: &str) -> bool {
        each!(self, series => series.remove(labels))
    }

    pub(crate) fn clear(&self) {
        each!(self, series => series.clear());
    }

    pub(crate) fn expire(&self, idle: Duration, now: Instant) {
        each!(self, series => series.expire(idle, now));
    }
}

impl Family {
    /// Returns the family as it is exposed, without its series.
    pub(crate) fn described(&self) -> exposition::Family {
        let mut family = exposition::Family::new(self.name.clone(), self.members.kind());
        if let Some(Description { help, unit }) = self.description.get() {
            family.help.clone_from(help);
            family.unit = unit.map(|unit| match unit {
                Unit::Percent => "ratio".into(),
                unit => unit.as_str().into(),
            });
        }
        family
    }

    /// Reads the series that are selected.
    pub(crate) fn read(&self, selection: &Selection, created: bool, buffers: &mut Buffers) {
        let kind = self.members.kind();
        let since = |since| created.then(|| UNIX_EPOCH + Duration::from_millis(since));
        let mut push = |labels: &str, created, value: Value<'_>| {
            if selection.has_series(labels) {
                let created = since(created);
                let series = exposition::Series {
                    labels,
                    created,
                    value,
                };
                buffers.push(kind, &series);
            }
        };
        match &self.members {
            Members::Counters(series) => series.visit(|labels, created, counter| {
                push(labels, created, Value::Count(counter.value()));
            }),
            Members::Gauges(series) | Members::Totals(series) => {
                series.visit(|labels, created, gauge| {
                    push(labels, created, Value::Number(gauge.value()));
                });
            }
            Members::Histograms(bounds, series) => series.visit(|labels, created, histogram| {
                if selection.has_series(labels) {
                    let exemplars = histogram.exemplars();
                    let read = |counts: &mut Vec<u64>| histogram.read(counts);
                    buffers.push_histogram(
                        labels,
                        since(created),
                        bounds.upper(),
                        &exemplars,
                        read,
                    );
                }
            }),
            Members::Summaries(_, series) => series.visit(|labels, created, summary| {
                let (count, sum, quantiles) = summary.read(Summary::read);
                let value = Value::Summary {
                    count,
                    sum,
                    quantiles: &quantiles,
                };
                push(labels, created, value);
            }),
            Members::Natives(_, series) => series.visit(|labels, created, native| {
                let (count, sum, native) = native.read(|native| native.read());
                let native = NativeHistogram {
                    count,
                    sum,
                    ..native
                };
                push(labels, created, Value::Native(&native));
            }),
        }
    }
}
