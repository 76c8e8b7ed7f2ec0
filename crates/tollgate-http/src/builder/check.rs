//! What a builder refuses to build.

use std::collections::HashSet;

use crate::{
    BuildError, BuildErrorKind, Label, Metric, RequestMetricsBuilder,
    extra::{Kept, MAX_EXTRA_LABELS, MAX_EXTRA_VALUES, MAX_VALUE_BYTES},
};

const MAX_CAP: usize = 100_000;

/// Labels that the exposition formats keep for themselves.
const RESERVED_LABELS: [&str; 2] = ["le", "quantile"];

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
        for name in Metric::ALL
            .into_iter()
            .filter_map(|metric| self.names.metric(metric))
        {
            if !is_name(&name, true) {
                return Err(BuildError::new(
                    BuildErrorKind::MetricName,
                    format!(
                        "metric name {name:?} is not valid: use letters, digits, _ and :, and no digit first"
                    ),
                ));
            }
            if let Some(name) = seen.replace(name) {
                return Err(BuildError::new(
                    BuildErrorKind::Duplicate,
                    format!("two metrics are named {name:?}: rename one of them"),
                ));
            }
        }
        Ok(())
    }

    fn check_labels(&self) -> Result<(), BuildError> {
        let own = Label::ALL.map(|label| self.names.label(label));
        let constant = self.constant_labels.iter().map(|(name, _)| name);
        let extra = self.extra_labels.iter().map(|label| &label.name);
        let mut seen = HashSet::new();
        for name in own.into_iter().chain(constant).chain(extra) {
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
                return Err(BuildError::new(
                    BuildErrorKind::Duplicate,
                    format!("two labels are named {name:?}: rename one of them"),
                ));
            }
        }
        Ok(())
    }
}

/// Whether Prometheus accepts the name of a metric, which can have colons, or of a label.
fn is_name(name: &str, colons: bool) -> bool {
    let accepts = |c: char| c.is_ascii_alphanumeric() || c == '_' || (colons && c == ':');
    !name.is_empty() && name.chars().all(accepts) && !name.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ExtraLabel, Preset, RequestMetricsLayer};

    #[track_caller]
    fn refused(builder: RequestMetricsBuilder, kind: BuildErrorKind, message: &str) {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }

    fn builder() -> RequestMetricsBuilder {
        RequestMetricsLayer::builder()
    }

    fn extra(name: &'static str) -> ExtraLabel {
        ExtraLabel::from_request(name, |_| "x".into())
    }

    #[test]
    fn names_that_prometheus_refuses_are_refused() {
        use BuildErrorKind::{LabelName, MetricName};

        refused(builder().namespace("1st"), MetricName, "\"1st_http_");
        refused(builder().rename(Metric::Total, ""), MetricName, "\"\"");
        refused(
            builder().rename(Metric::Total, "a-b"),
            MetricName,
            "\"a-b\"",
        );
        refused(builder().constant_label("le", "x"), LabelName, "\"le\"");
        refused(builder().constant_label("a:b", "x"), LabelName, "\"a:b\"");
        refused(
            builder().rename_label(Label::Method, "__name__"),
            LabelName,
            "\"__name__\"",
        );
    }

    #[test]
    fn one_name_for_two_things_is_refused() {
        use BuildErrorKind::Duplicate;

        let total = builder().rename(Metric::Total, "http_requests_in_flight");
        refused(total, Duplicate, "\"http_requests_in_flight\"");
        refused(
            builder().constant_label("status", "x"),
            Duplicate,
            "\"status\"",
        );
        let twice = builder()
            .extra_label(extra("tenant"))
            .constant_label("tenant", "x");
        refused(twice, Duplicate, "\"tenant\"");
    }

    #[test]
    fn limits_are_checked() {
        use BuildErrorKind::Limit;

        refused(builder().endpoint_cap(0), Limit, "endpoint cap 0");
        refused(builder().endpoint_cap(usize::MAX), Limit, "100000");
        refused(builder().extra_combination_cap(0), Limit, "combination");
        refused(builder().extra_label(extra("a").limit(0)), Limit, "\"a\"");
        let none = extra("a").values([""; 0]);
        refused(builder().extra_label(none), Limit, "\"a\"");
        let long = extra("a").values(["b".repeat(129)]);
        refused(builder().extra_label(long), Limit, "too long");
        let five = ["a", "b", "c", "d", "e"].map(extra);
        let many = five
            .into_iter()
            .fold(builder(), RequestMetricsBuilder::extra_label);
        refused(many, Limit, "5 extra labels");
    }

    #[test]
    fn every_preset_builds() {
        for preset in [
            Preset::Tollgate,
            Preset::OpenTelemetry,
            Preset::AxumPrometheus,
            Preset::Flask,
        ] {
            assert!(
                builder().preset(preset).body_sizes().build().is_ok(),
                "{preset:?}"
            );
        }
    }
}
