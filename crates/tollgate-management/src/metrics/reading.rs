//! One metric, summed over the series that are asked for.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::text::{Family, Kind, Sample};

/// The units that Prometheus lets names end with.
const BASE_UNITS: [&str; 9] = [
    "amperes", "bytes", "celsius", "grams", "joules", "meters", "ratio", "seconds", "volts",
];

/// A label and the value that a series has to have there.
pub(super) type Tag = (String, String);

/// One metric, in the shape of Micronaut's and Spring's. What is not a finite number is `null`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reading {
    name: String,
    measurements: Vec<Measurement>,
    available_tags: Vec<AvailableTag>,
    description: Option<String>,
    base_unit: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Measurement {
    statistic: Statistic,
    value: f64,
}

#[derive(Debug, Serialize)]
struct AvailableTag {
    tag: String,
    values: BTreeSet<String>,
}

/// What is measured, as Micrometer calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum Statistic {
    Count,
    Total,
    Max,
    Value,
    Unknown,
}

/// Why there is no reading.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoReading {
    /// There is no metric of this name.
    NoMetric,
    /// No series has all the tags.
    NoSeries,
    /// A line is not valid.
    Malformed,
}

impl Reading {
    /// Sums over the series of `family` that have all of `tags`.
    pub(super) fn of(family: &Family<'_>, tags: &BTreeSet<Tag>) -> Result<Self, NoReading> {
        let mut found = false;
        let mut measured = BTreeMap::new();
        let mut available = BTreeMap::<_, BTreeSet<_>>::new();
        for line in &family.samples {
            let sample = Sample::read(line).ok_or(NoReading::Malformed)?;
            let statistic = Statistic::of(family, &sample);
            let mut labels = sample.labels;
            labels.retain(|(label, _)| family.kind.own_label() != Some(label));
            let has = |(tag, value): &Tag| labels.iter().any(|(l, v)| l == tag && v == value);
            if !tags.iter().all(has) {
                continue;
            }
            found = true;
            if let Some(statistic) = statistic {
                let so_far = measured.entry(statistic).or_insert(statistic.start());
                *so_far = statistic.join(*so_far, sample.value);
            }
            labels.retain(|(label, _)| tags.iter().all(|(tag, _)| tag != label));
            for (tag, value) in labels {
                available.entry(tag).or_default().insert(value.into_owned());
            }
        }
        if !found {
            return Err(NoReading::NoSeries);
        }
        let measured = measured.into_iter();
        let available = available.into_iter();
        Ok(Self {
            name: family.name.to_owned(),
            measurements: measured
                .map(|(statistic, value)| Measurement { statistic, value })
                .collect(),
            available_tags: available
                .map(|(tag, values)| AvailableTag {
                    tag: tag.to_owned(),
                    values,
                })
                .collect(),
            description: family.help().map(Into::into),
            base_unit: base_unit(family.name),
        })
    }
}

impl Statistic {
    /// What a sample tells, if that is one.
    fn of(family: &Family<'_>, sample: &Sample<'_>) -> Option<Self> {
        let suffix = &sample.name[family.name.len()..];
        match (family.kind, suffix) {
            (Kind::Counter, _) | (Kind::Histogram | Kind::Summary, "_count") => Some(Self::Count),
            (Kind::Gauge, _) => Some(Self::Value),
            (Kind::Untyped, _) => Some(Self::Unknown),
            (Kind::Histogram | Kind::Summary, "_sum") => Some(Self::Total),
            (Kind::Summary, _) => {
                let is_quantile = |(label, _): &&(&str, _)| *label == "quantile";
                let (_, quantile) = sample.labels.iter().find(is_quantile)?;
                let is_max = quantile.parse() == Ok(1.0) && !sample.value.is_nan();
                is_max.then_some(Self::Max)
            }
            (Kind::Histogram, _) => None,
        }
    }

    const fn start(self) -> f64 {
        match self {
            Self::Max => f64::NEG_INFINITY,
            _ => 0.0,
        }
    }

    /// What two series have together.
    fn join(self, one: f64, other: f64) -> f64 {
        match self {
            Self::Max => one.max(other),
            _ => one + other,
        }
    }
}

/// The unit that the name ends with, as Prometheus names metrics.
fn base_unit(name: &str) -> Option<&'static str> {
    let name = name.strip_suffix("_total").unwrap_or(name);
    let (_, last) = name.rsplit_once('_')?;
    BASE_UNITS.into_iter().find(|unit| *unit == last)
}

#[cfg(test)]
mod tests;
