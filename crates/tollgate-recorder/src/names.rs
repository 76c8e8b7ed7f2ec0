//! Names of metrics and labels that Prometheus accepts, and which names a family takes up.

use std::borrow::Cow;

use crate::kind::Kind;

/// A valid name of a metric: whatever is not allowed becomes `_`.
pub(crate) fn metric(name: &str) -> Cow<'_, str> {
    valid(name, |c| matches!(c, 'a'..='z' | 'A'..='Z' | '_' | ':'))
}

/// A valid name of a label: whatever is not allowed becomes `_`, and one that is reserved gets
/// `exported_` before it.
///
/// Reserved are names that start with `__`, and the one that this kind of metric adds.
pub(crate) fn label(name: &str, kind: Kind) -> Cow<'_, str> {
    let name = valid(name, |c| matches!(c, 'a'..='z' | 'A'..='Z' | '_'));
    if name.starts_with("__") || kind.own_label() == Some(&*name) {
        format!("exported_{name}").into()
    } else {
        name
    }
}

/// The name of a counter's family in `OpenMetrics`, to which its sample adds `_total`.
pub(crate) fn without_total(name: &str) -> &str {
    name.strip_suffix("_total")
        .filter(|base| !base.is_empty())
        .unwrap_or(name)
}

/// The names that a family and its samples have in the text format.
pub(crate) fn taken(name: &str, kind: Kind) -> Vec<String> {
    let suffixes = match kind {
        Kind::Counter => &[],
        kind => kind.suffixes(),
    };
    with_suffixes(name, suffixes).collect()
}

/// The names that a family and its samples have in `OpenMetrics`.
///
/// A gauge `jobs` clashes with a counter `jobs_total` there, and a gauge `jobs_created` too, where
/// that is exposed.
pub(crate) fn taken_in_openmetrics(name: &str, kind: Kind, created: bool) -> Vec<String> {
    let base = match kind {
        Kind::Counter => without_total(name),
        _ => name,
    };
    let created = (created && kind != Kind::Gauge).then(|| format!("{base}_created"));
    with_suffixes(base, kind.suffixes())
        .chain(created)
        .collect()
}

fn with_suffixes<'a>(
    base: &'a str,
    suffixes: &'a [&str],
) -> impl Iterator<Item = String> + use<'a> {
    let with = move |suffix: &&str| format!("{base}{suffix}");
    [""].iter().chain(suffixes).map(with)
}

fn valid(name: &str, is_start: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_valid = |(index, c): (usize, char)| is_start(c) || (index > 0 && c.is_ascii_digit());
    if name.is_empty() {
        return "_".into();
    }
    if name.chars().enumerate().all(&is_valid) {
        return name.into();
    }
    let valid = |(index, c)| if is_valid((index, c)) { c } else { '_' };
    name.chars()
        .enumerate()
        .map(valid)
        .collect::<String>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::{label, metric, taken, taken_in_openmetrics, without_total};
    use crate::kind::Kind;

    #[test]
    fn metric_names_are_sanitized() {
        for (name, valid) in [
            ("", "_"),
            ("http_request_total", "http_request_total"),
            ("http.request-total", "http_request_total"),
            ("ns:name", "ns:name"),
            ("2xx", "_xx"),
            ("x2", "x2"),
            ("größe\n", "gr__e_"),
        ] {
            assert_eq!(metric(name), valid);
        }
    }

    #[test]
    fn label_names_are_sanitized() {
        for (name, kind, valid) in [
            ("", Kind::Counter, "_"),
            ("a:b", Kind::Counter, "a_b"),
            ("le", Kind::Counter, "le"),
            ("le", Kind::Histogram, "exported_le"),
            ("le", Kind::Native, "exported_le"),
            ("quantile", Kind::Histogram, "quantile"),
            ("quantile", Kind::Summary, "exported_quantile"),
            ("__name__", Kind::Gauge, "exported___name__"),
            ("..", Kind::Gauge, "exported___"),
        ] {
            assert_eq!(label(name, kind), valid);
        }
    }

    #[test]
    fn each_kind_takes_the_names_of_its_samples() {
        for (name, kind, text, openmetrics) in [
            ("jobs", Kind::Gauge, "jobs", "jobs"),
            (
                "jobs",
                Kind::Counter,
                "jobs",
                "jobs jobs_total jobs_created",
            ),
            (
                "jobs_total",
                Kind::Counter,
                "jobs_total",
                "jobs jobs_total jobs_created",
            ),
            (
                "_total",
                Kind::Counter,
                "_total",
                "_total _total_total _total_created",
            ),
            (
                "wait",
                Kind::Summary,
                "wait wait_sum wait_count",
                "wait wait_sum wait_count wait_created",
            ),
            (
                "wait",
                Kind::Native,
                "wait wait_bucket wait_sum wait_count",
                "wait wait_bucket wait_sum wait_count wait_created",
            ),
        ] {
            assert_eq!(taken(name, kind).join(" "), text);
            let taken = taken_in_openmetrics(name, kind, true);
            assert_eq!(taken.join(" "), openmetrics);
        }
        let taken = taken_in_openmetrics("jobs", Kind::Counter, false);
        assert_eq!(taken.join(" "), "jobs jobs_total");
        assert_eq!(without_total("_total"), "_total");
    }
}
