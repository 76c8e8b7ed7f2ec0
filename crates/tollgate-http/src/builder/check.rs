//! What a builder refuses to build.

use std::collections::HashSet;

use crate::{
    BuildError, BuildErrorKind, Metric, RequestMetricsBuilder,
    extra::{Kept, MAX_EXTRA_LABELS, MAX_EXTRA_VALUES, MAX_VALUE_BYTES},
};

const MAX_CAP: usize = 100_000;

/// Labels that the exposition formats keep for themselves.
const RESERVED_LABELS: [&str; 2] = ["le", "quantile"];

/// What a histogram's samples are called after it.
const SAMPLE_SUFFIXES: [&str; 3] = ["_bucket", "_sum", "_count"];

impl RequestMetricsBuilder {
    pub(super) fn check(&self) -> Result<(), BuildError> {
        self.check_limits()?;
        self.check_metrics()?;
        self.check_labels()
    }

    fn check_limits(&self) -> Result<(), BuildError> {
        let error = |message| Err(BuildError::new(BuildErrorKind::Limit, message));
        for (what, cap) in [
            ("endpoint cap", self.endpoint_cap),
            ("extra combination cap", self.extra_combination_cap),
        ] {
            if !(1..=MAX_CAP).contains(&cap) {
                return error(format!(
                    "{what} {cap} is out of bounds: give 1 to {MAX_CAP}"
                ));
            }
        }
        if self.extra_labels.len() > MAX_EXTRA_LABELS {
            return error(format!(
                "{} extra labels are too many: give {MAX_EXTRA_LABELS} at most",
                self.extra_labels.len()
            ));
        }
        for label in &self.extra_labels {
            let count = label.kept.len();
            if !(1..=MAX_EXTRA_VALUES).contains(&count) {
                return error(format!(
                    "{count} values of label {:?} are out of bounds: keep 1 to {MAX_EXTRA_VALUES}",
                    label.name
                ));
            }
            if let Kept::Only(values) = &label.kept {
                if let Some(long) = values.iter().find(|value| value.len() > MAX_VALUE_BYTES) {
                    return error(format!(
                        "value {long:?} of label {:?} is too long: give {MAX_VALUE_BYTES} bytes at most",
                        label.name
                    ));
                }
            }
        }
        Ok(())
    }

    fn check_metrics(&self) -> Result<(), BuildError> {
        let mut seen = HashSet::new();
        for (_, name) in self.recorded() {
            if !is_name(&name, true) {
                return Err(BuildError::new(
                    BuildErrorKind::MetricName,
                    format!(
                        "metric name {name:?} is not valid: use letters, digits, _ and :, and no digit first"
                    ),
                ));
            }
            if let Some(name) = seen.replace(name) {
                return Err(duplicate(format!("two metrics are named {name:?}")));
            }
        }
        let histograms = self.recorded().filter(|(metric, _)| metric.is_histogram());
        for (_, histogram) in histograms {
            for suffix in SAMPLE_SUFFIXES {
                if let Some(name) = seen.get(&format!("{histogram}{suffix}")) {
                    return Err(duplicate(format!(
                        "a metric is named {name:?} like a sample of the histogram {histogram:?}"
                    )));
                }
            }
        }
        Ok(())
    }

    fn check_labels(&self) -> Result<(), BuildError> {
        for (metric, metric_name) in self.recorded() {
            let own = self.names.labels_of(metric).iter();
            let own = own.map(|&label| self.names.label(label));
            let constant = self.constant_labels.iter().map(|(name, _)| name);
            let extra = self.extra_labels.iter().map(|label| &label.name);
            let extra = extra.filter(|_| metric.has_extra_labels());
            let mut seen = HashSet::new();
            for name in own.chain(constant).chain(extra) {
                let reserved = name.starts_with("__") || RESERVED_LABELS.contains(&name.as_ref());
                if reserved || !is_name(name, false) {
                    return Err(BuildError::new(
                        BuildErrorKind::LabelName,
                        format!(
                            "label name {name:?} is not valid: use letters, digits and _, no digit and \
                             no __ first, and neither \"le\" nor \"quantile\""
                        ),
                    ));
                }
                if !seen.insert(name) {
                    return Err(duplicate(format!(
                        "two labels of {metric_name:?} are named {name:?}"
                    )));
                }
            }
        }
        Ok(())
    }

    /// Every metric that the layer records, with its name.
    fn recorded(&self) -> impl Iterator<Item = (Metric, String)> {
        Metric::ALL
            .into_iter()
            .filter(|metric| self.body_sizes || !metric.is_size())
            .filter_map(|metric| Some((metric, self.names.metric(metric)?)))
    }
}

fn duplicate(what: String) -> BuildError {
    BuildError::new(BuildErrorKind::Duplicate, what + ": rename one of them")
}

/// Whether Prometheus accepts the name of a metric, which can have colons, or of a label.
pub(crate) fn is_name(name: &str, colons: bool) -> bool {
    let accepts = |c: char| c.is_ascii_alphanumeric() || c == '_' || (colons && c == ':');
    !name.is_empty() && name.chars().all(accepts) && !name.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests;
