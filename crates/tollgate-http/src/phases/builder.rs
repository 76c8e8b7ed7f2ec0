//! Builder of phases.

use std::{borrow::Cow, sync::Arc};

use tollgate_families::{
    Bounded, BuildError, Families, LabelValues, Stopwatch, check::maximum, family_setters,
};

use super::{PhaseLabel, PhaseMetric, PhaseTable, Phases};
use crate::builder::{DEFAULT_MAX_ENDPOINTS, MAX_BOUND};

/// Maximum number of series of one endpoint.
const MAX_COMBINATIONS: usize = 4_096;

/// Builds [`Phases`].
///
/// # Examples
///
/// ```
/// use tollgate_http::Phases;
///
/// let phases = Phases::builder(["decode", "prepare", "provider_dispatch", "response_write", "total"])
///     .namespace("aurora_gateway")
///     .rename("phase_duration_seconds")
///     .build()?;
/// # Ok::<(), tollgate_http::BuildError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct PhasesBuilder {
    families: Families<PhaseMetric>,
    phases: Vec<&'static str>,
    labels: Vec<(&'static str, Vec<&'static str>)>,
    has_status: bool,
    max_endpoints: usize,
}

impl PhasesBuilder {
    family_setters!(namespace);
    family_setters!(constant_label);
    family_setters!(recorder);

    /// Renames the metric. A namespace still goes before the new name.
    pub fn rename(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.families.names.rename(PhaseMetric::Duration, name);
        self
    }

    /// Renames a label.
    pub fn rename_label(mut self, label: PhaseLabel, name: impl Into<Cow<'static, str>>) -> Self {
        self.families.names.rename_label(label, name);
        self
    }

    /// Leaves a label out. Series that differ only in this label are merged.
    pub fn without_label(mut self, label: PhaseLabel) -> Self {
        self.families.names.omit_label_everywhere(label);
        self
    }

    /// Adds a label of your own with all values that it can have; any other is `other`.
    pub fn label_values(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        self.labels.push((name, values.into_iter().collect()));
        self
    }

    /// Adds the label `status`, the outcome of a [phase](super::PhaseTimer).
    pub fn status(mut self) -> Self {
        self.has_status = true;
        self
    }

    /// Keeps so many endpoints apart, 1,000 unless given; all others are `overflow`.
    pub fn max_endpoints(mut self, max: usize) -> Self {
        self.max_endpoints = max;
        self
    }

    /// Builds the phases.
    ///
    /// # Errors
    ///
    /// If Prometheus does not accept the name of the metric or of a label, if a name is given twice, if
    /// the maximum is out of bounds, or if an endpoint could have more than 4,096 series.
    pub fn build(self) -> Result<Phases, BuildError> {
        let mut families = self.families;
        let names = &mut families.names;
        if !self.has_status {
            names.omit_label_everywhere(PhaseLabel::Status);
        }
        names.check(|_| self.labels.iter().map(|(name, _)| *name).collect())?;
        maximum("max_endpoints", self.max_endpoints, MAX_BOUND)?;
        let labels = self.labels.into_iter();
        let labels = labels.map(|(name, values)| (name, LabelValues::listed(values)));
        let table = PhaseTable {
            families,
            phases: LabelValues::listed(self.phases),
            labels: labels.collect(),
            stopwatch: Stopwatch::default(),
            endpoints: Bounded::new(self.max_endpoints),
        };
        let combinations = table.combinations();
        if combinations > MAX_COMBINATIONS {
            return Err(BuildError::new(format!(
                "{combinations} combinations of phases, statuses and values of labels are too many: \
                 give {MAX_COMBINATIONS} at most"
            )));
        }
        Ok(Phases {
            table: Arc::new(table),
        })
    }
}

impl Phases {
    /// Returns a builder of phases with these names.
    pub fn builder(phases: impl IntoIterator<Item = &'static str>) -> PhasesBuilder {
        PhasesBuilder {
            families: Families::default(),
            phases: phases.into_iter().collect(),
            labels: Vec::new(),
            has_status: false,
            max_endpoints: DEFAULT_MAX_ENDPOINTS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(builder: PhasesBuilder, message: &str) {
        let error = builder.build().unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }

    #[test]
    fn names_that_prometheus_refuses_are_refused() {
        let builder = || Phases::builder(["decode"]);
        refused(builder().namespace("a b"), "metric name \"a b_http");
        refused(builder().label_values("le", ["x"]), "label name \"le\"");
        refused(builder().label_values("phase", ["x"]), "named \"phase\"");
        let status = builder().label_values("status", ["x"]);
        assert!(status.clone().build().is_ok());
        refused(status.status(), "named \"status\"");
    }

    #[test]
    fn maximums_are_checked() {
        let builder = || Phases::builder(["decode"]);
        refused(builder().max_endpoints(0), "max_endpoints 0");
        let wide = builder()
            .label_values("a", ["x"; 63])
            .label_values("b", ["x"; 63]);
        refused(wide, "32768");
    }
}
