//! All series of one name.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use tollgate_exposition::{self as exposition, Kind, NativeHistogram, Selection, Value};

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
    /// Whether `OpenMetrics` has the family: not if one of its names is taken there.
    pub(crate) in_openmetrics: bool,
    pub(crate) members: Members,
}

/// The series of a family, by the form of their cells.
#[derive(Debug)]
pub(crate) enum Members {
    Counters(Series<Counter>),
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
            Self::Counters(_) => Kind::Counter,
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
    /// Reads the series that are selected.
    pub(crate) fn read(&self, selection: &Selection, created: bool) -> exposition::Family {
        let mut read = exposition::Family::new(self.name.clone(), self.members.kind());
        read.in_openmetrics = self.in_openmetrics;
        let mut push = |labels: &str, since: SystemTime, value: Value<'_>| {
            if selection.has_series(labels) {
                read.push(exposition::Series {
                    labels,
                    created: created.then_some(since),
                    value,
                });
            }
        };
        match &self.members {
            Members::Counters(series) => series.visit(|labels, since, counter| {
                push(labels, since, Value::Count(counter.value()));
            }),
            Members::Gauges(series) => series.visit(|labels, since, gauge| {
                push(labels, since, Value::Number(gauge.value()));
            }),
            Members::Histograms(bounds, series) => {
                let mut words = Vec::new();
                series.visit(|labels, since, histogram| {
                    histogram.read(&mut words);
                    let (counts, sum) = words.split_at(bounds.sum());
                    let value = Value::Histogram {
                        bounds: bounds.upper(),
                        counts,
                        sum: f64::from_bits(sum[0]),
                        exemplars: &histogram.exemplars(),
                    };
                    push(labels, since, value);
                });
            }
            Members::Summaries(_, series) => series.visit(|labels, since, summary| {
                let (count, sum, quantiles) = summary.read(Summary::read);
                let value = Value::Summary {
                    count,
                    sum,
                    quantiles: &quantiles,
                };
                push(labels, since, value);
            }),
            Members::Natives(_, series) => series.visit(|labels, since, native| {
                let (count, sum, native) = native.read(|native| native.read());
                let native = NativeHistogram {
                    count,
                    sum,
                    ..native
                };
                push(labels, since, Value::Native(&native));
            }),
        }
        read
    }
}
