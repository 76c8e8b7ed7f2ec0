//! All series of one name, whatever they are.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    bounds::Bounds,
    cells::{Counter, Gauge, Histogram, Native, Summary},
    kind::{Kind, MetricKind},
    series::Series,
    shape::{NativeHistogram, Shape},
    snapshot::{Point, Points},
};

/// All series of one name.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) name: Arc<str>,
    /// Whether `OpenMetrics` has it: not if one of its names is taken there.
    pub(crate) in_openmetrics: bool,
    pub(crate) members: Members,
}

/// The series of a family, by what they are.
#[derive(Debug)]
pub(crate) enum Members {
    Counters(Series<Counter>),
    Gauges(Series<Gauge>),
    Histograms(Arc<Bounds>, Series<Histogram>),
    Summaries(Arc<[f64]>, Series<Summary>),
    Natives(NativeHistogram, Series<Native>),
}

/// Runs the same on the series of a family, whatever they are.
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
    pub(crate) fn counters() -> Self {
        Self::Counters(Series::new())
    }

    pub(crate) fn gauges() -> Self {
        Self::Gauges(Series::new())
    }

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
            Self::Histograms(..) => Kind::Histogram,
            Self::Summaries(..) => Kind::Summary,
            Self::Natives(..) => Kind::Native,
        }
    }

    /// What they were registered as.
    pub(crate) fn metric_kind(&self) -> MetricKind {
        match self {
            Self::Counters(_) => MetricKind::Counter,
            Self::Gauges(_) => MetricKind::Gauge,
            Self::Histograms(..) | Self::Summaries(..) | Self::Natives(..) => MetricKind::Histogram,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        each!(self, series => series.is_empty())
    }

    pub(crate) fn len(&self) -> usize {
        each!(self, series => series.len())
    }

    /// How many samples a series has in the text format.
    pub(crate) fn samples(&self) -> usize {
        match self {
            Self::Counters(_) | Self::Gauges(_) => 1,
            // Each with sum and count.
            Self::Histograms(bounds, _) => bounds.labels().len() + 2,
            Self::Summaries(quantiles, _) => quantiles.len() + 2,
            Self::Natives(..) => 3,
        }
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

    pub(crate) fn read(&self) -> Points {
        match self {
            Self::Counters(series) => Points::Counters(read(series, Counter::value)),
            Self::Gauges(series) => Points::Gauges(read(series, Gauge::value)),
            Self::Histograms(bounds, series) => {
                let mut words = Vec::new();
                let points = read(series, |histogram| {
                    histogram.read(&mut words);
                    histogram.exemplars()
                });
                Points::Histograms {
                    bounds: bounds.clone(),
                    words,
                    points,
                }
            }
            Self::Summaries(_, series) => Points::Summaries(read(series, Summary::read)),
            Self::Natives(_, series) => Points::Natives(read(series, Native::read)),
        }
    }
}

fn read<C: crate::cells::Cell, V>(
    series: &Series<C>,
    mut value: impl FnMut(&C) -> V,
) -> Vec<Point<V>> {
    let mut points = Vec::new();
    series.visit(|labels, created, cell| {
        points.push(Point {
            labels: labels.clone(),
            created,
            value: value(cell),
        });
    });
    points
}
