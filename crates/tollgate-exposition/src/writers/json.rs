//! Metrics as JSON, in the shape of Micronaut's and Spring's management endpoints.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::{
    kind::Kind,
    labels::label_pairs,
    selection::Selection,
    series::{Series, Value},
};

/// The units that Prometheus lets names end with.
const BASE_UNITS: [&str; 9] = [
    "amperes", "bytes", "celsius", "grams", "joules", "meters", "ratio", "seconds", "volts",
];

/// Writes the names of families.
pub(crate) fn names<'a>(names: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
    let names: Vec<_> = names.collect();
    out.extend_from_slice(json!({ "names": names }).to_string().as_bytes());
}

/// Writes one family, summed over `series`, with the labels that tell these apart but for the labels
/// of `selection`.
pub(crate) fn family<'a>(
    name: &str,
    kind: Kind,
    help: Option<&str>,
    series: impl Iterator<Item = Series<'a>>,
    selection: &Selection,
) -> Option<String> {
    let mut measured = BTreeMap::new();
    let mut available = BTreeMap::<_, BTreeSet<_>>::new();
    for series in series {
        measure(kind, &series.value, &mut measured);
        for (label, value) in label_pairs(series.labels) {
            if !selection.is_by(label) {
                available.entry(label).or_default().insert(value);
            }
        }
    }
    if measured.is_empty() {
        return None;
    }
    let measurement = |(statistic, value): (Statistic, f64)| {
        let (statistic, value) = (format!("{statistic:?}"), Json::from(value));
        let statistic = statistic.to_ascii_uppercase();
        format!(r#"{{"statistic":"{statistic}","value":{value}}}"#)
    };
    let tag = |(label, values): (&str, BTreeSet<_>)| {
        format!(r#"{{"tag":{},"values":{}}}"#, json!(label), json!(values))
    };
    // Put together by hand for the order of the fields.
    Some(format!(
        r#"{{"name":{},"measurements":[{}],"availableTags":[{}],"description":{},"baseUnit":{}}}"#,
        json!(name),
        joined(measured.into_iter().map(measurement)),
        joined(available.into_iter().map(tag)),
        json!(help),
        json!(base_unit(name)),
    ))
}

fn joined(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(",")
}

/// A statistic. Micrometer calls it the same in capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Statistic {
    Count,
    Total,
    Max,
    Value,
    Unknown,
}

/// Adds a value to the statistics of its family.
#[expect(clippy::cast_precision_loss, reason = "JSON has floats only")]
fn measure(kind: Kind, value: &Value<'_>, measured: &mut BTreeMap<Statistic, f64>) {
    let single = match kind {
        Kind::Counter => Statistic::Count,
        Kind::Gauge => Statistic::Value,
        _ => Statistic::Unknown,
    };
    let mut add = |statistic, value| *measured.entry(statistic).or_insert(0.0) += value;
    if let Some((sum, count)) = value.sum_and_count() {
        add(Statistic::Count, count as f64);
        add(Statistic::Total, sum);
    }
    match *value {
        Value::Count(count) => add(single, count as f64),
        Value::Number(number) => add(single, number),
        Value::Histogram { .. } | Value::Native(_) => {}
        Value::Summary { quantiles, .. } => {
            let max = quantiles.iter().rfind(|(quantile, _)| *quantile >= 1.0);
            if let Some((_, max)) = max.filter(|(_, max)| !max.is_nan()) {
                let so_far = measured.entry(Statistic::Max).or_insert(f64::NEG_INFINITY);
                *so_far = so_far.max(*max);
            }
        }
    }
}

/// Returns the unit that a name ends with, as Prometheus names metrics.
fn base_unit(name: &str) -> Option<&'static str> {
    let name = name.strip_suffix("_total").unwrap_or(name);
    let (_, last) = name.rsplit_once('_')?;
    BASE_UNITS.into_iter().find(|unit| *unit == last)
}

#[cfg(test)]
mod tests {
    use super::base_unit;

    #[test]
    fn unit_is_the_end_of_the_name() {
        for (name, unit) in [
            ("wait_seconds", Some("seconds")),
            ("process_cpu_seconds_total", Some("seconds")),
            ("http_request_size_bytes", Some("bytes")),
            ("cache_hit_ratio", Some("ratio")),
            ("seconds", None),
            ("milliseconds", None),
            ("http_request_total", None),
            ("bytes_read", None),
        ] {
            assert_eq!(base_unit(name), unit, "{name}");
        }
    }
}
