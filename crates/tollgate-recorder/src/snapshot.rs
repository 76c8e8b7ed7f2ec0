//! One reading of everything, which all formats are written from.

use std::{sync::Arc, time::SystemTime};

use metrics::{SharedString, Unit};

use crate::{
    bounds::Bounds,
    cells::{NativeReading, SummaryReading},
    exemplar::Exemplar,
    kind::Kind,
    names,
};

/// One reading of a registry, which every format is written from.
///
/// Every cell is read once, so what depends on each other agrees: a histogram's count is the sum of
/// the buckets that were read. Different series are read one after the other, while writers go on.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// Sorted by name, each with at least one point.
    pub(crate) families: Vec<FamilySnapshot>,
}

#[derive(Debug)]
pub(crate) struct FamilySnapshot {
    pub(crate) name: Arc<str>,
    pub(crate) in_openmetrics: bool,
    pub(crate) description: Description,
    pub(crate) kind: Kind,
    pub(crate) points: Points,
}

impl FamilySnapshot {
    /// The family's name in `OpenMetrics`.
    pub(crate) fn base(&self) -> &str {
        match self.kind {
            Kind::Counter => names::without_total(&self.name),
            _ => &self.name,
        }
    }

    /// The unit, where that is the end of the name: anywhere else Prometheus refuses it.
    pub(crate) fn unit(&self) -> Option<&'static str> {
        let unit = match self.description.unit? {
            Unit::Percent => "ratio",
            unit => unit.as_str(),
        };
        let rest = self.base().strip_suffix(unit)?;
        (rest.ends_with('_') && rest.len() > 1).then_some(unit)
    }
}

/// What a metric is described as.
#[derive(Clone, Debug, Default)]
pub(crate) struct Description {
    pub(crate) help: Option<SharedString>,
    pub(crate) unit: Option<Unit>,
}

/// The values of a family, sorted by their labels.
#[derive(Debug)]
pub(crate) enum Points {
    Counters(Vec<Point<u64>>),
    Gauges(Vec<Point<f64>>),
    Histograms {
        bounds: Arc<Bounds>,
        /// For each point the count of each bucket and the bits of the sum.
        words: Vec<u64>,
        points: Vec<Point<Vec<(usize, Exemplar)>>>,
    },
    Summaries(Vec<Point<SummaryReading>>),
    Natives(Vec<Point<NativeReading>>),
}

/// The value of one series.
#[derive(Debug)]
pub(crate) struct Point<V> {
    pub(crate) labels: Arc<str>,
    pub(crate) created: SystemTime,
    pub(crate) value: V,
}

/// The reading of one bucketed histogram.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buckets<'a> {
    pub(crate) bounds: &'a Bounds,
    pub(crate) counts: &'a [u64],
    pub(crate) sum: f64,
    /// At most one for each bucket, in their order.
    pub(crate) exemplars: &'a [(usize, Exemplar)],
}

impl Points {
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Counters(points) => points.is_empty(),
            Self::Gauges(points) => points.is_empty(),
            Self::Histograms { points, .. } => points.is_empty(),
            Self::Summaries(points) => points.is_empty(),
            Self::Natives(points) => points.is_empty(),
        }
    }
}

/// Each histogram of a family with its reading.
pub(crate) fn histograms<'a>(
    bounds: &'a Bounds,
    words: &'a [u64],
    points: &'a [Point<Vec<(usize, Exemplar)>>],
) -> impl Iterator<Item = (&'a Point<Vec<(usize, Exemplar)>>, Buckets<'a>)> {
    points
        .iter()
        .zip(words.chunks_exact(bounds.sum() + 1))
        .map(|(point, words)| {
            let (counts, sum) = words.split_at(bounds.sum());
            let sum = f64::from_bits(sum[0]);
            (
                point,
                Buckets {
                    bounds,
                    counts,
                    sum,
                    exemplars: &point.value,
                },
            )
        })
}

impl Buckets<'_> {
    pub(crate) fn count(&self) -> u64 {
        self.counts.iter().copied().fold(0, u64::wrapping_add)
    }
}
