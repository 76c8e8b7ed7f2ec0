//! What phases can be told.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Arc, OnceLock, RwLock},
};

use metrics::Recorder;
use quanta::Clock;

use super::{Phases, Shared};
use crate::{BuildError, BuildErrorKind, builder::is_name};

const DEFAULT_ENDPOINT_CAP: usize = 1_000;
const MAX_ENDPOINT_CAP: usize = 100_000;

/// How many series one endpoint can have.
const MAX_COMBINATIONS: usize = 4_096;

/// The labels that every phase has.
const OWN_LABELS: [&str; 2] = ["endpoint", "phase"];

/// Labels that the exposition formats keep for themselves.
const RESERVED_LABELS: [&str; 2] = ["le", "quantile"];

/// Builds [`Phases`].
///
/// # Examples
///
/// ```
/// use tollgate_http::Phases;
///
/// let phases = Phases::builder(["decode", "prepare", "provider_dispatch", "response_write", "total"])
///     .namespace("aurora_gateway")
///     .build()?;
/// # Ok::<(), tollgate_http::BuildError>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct PhasesBuilder {
    name: String,
    phases: Vec<&'static str>,
    labels: Vec<(&'static str, Vec<&'static str>)>,
    has_status: bool,
    endpoint_cap: usize,
    recorder: Option<Arc<dyn Recorder + Send + Sync>>,
}

impl PhasesBuilder {
    pub(super) fn new(phases: Vec<&'static str>) -> Self {
        Self {
            name: "http_request_phase_duration_seconds".to_owned(),
            phases,
            labels: Vec::new(),
            has_status: false,
            endpoint_cap: DEFAULT_ENDPOINT_CAP,
            recorder: None,
        }
    }

    /// Names the metric after a namespace: `aurora_gateway` gives
    /// `aurora_gateway_phase_duration_seconds`.
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.name = format!("{namespace}_phase_duration_seconds");
        self
    }

    /// Adds a label of your own, with all values that it can have; any other is `other`.
    pub fn label(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        self.labels.push((name, values.into_iter().collect()));
        self
    }

    /// Adds the label `status`: how a phase [ended](super::PhaseTimer::end).
    pub fn status(mut self) -> Self {
        self.has_status = true;
        self
    }

    /// Keeps this many endpoints apart, 1,000 unless given; all others are `overflow`.
    pub fn endpoint_cap(mut self, cap: usize) -> Self {
        self.endpoint_cap = cap;
        self
    }

    /// Registers the series with this recorder instead of the global one.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.recorder = Some(recorder);
        self
    }

    /// Builds the phases.
    ///
    /// # Errors
    ///
    /// If the metric or a label has a name that Prometheus does not accept, that is reserved or
    /// given twice, if the cap is out of bounds, or if an endpoint could have more than 4,096
    /// series.
    pub fn build(self) -> Result<Phases, BuildError> {
        self.check_names()?;
        if !(1..=MAX_ENDPOINT_CAP).contains(&self.endpoint_cap) {
            return Err(BuildError::new(
                BuildErrorKind::Limit,
                format!(
                    "endpoint cap {} is out of bounds: give 1 to {MAX_ENDPOINT_CAP}",
                    self.endpoint_cap
                ),
            ));
        }
        let shared = Shared {
            name: self.name,
            phases: self.phases,
            labels: self.labels,
            has_status: self.has_status,
            endpoint_cap: self.endpoint_cap,
            clock: Clock::new(),
            recorder: self.recorder,
            endpoints: RwLock::new(HashMap::new()),
            overflow: OnceLock::new(),
        };
        let combinations = shared.combinations();
        if combinations > MAX_COMBINATIONS {
            return Err(BuildError::new(
                BuildErrorKind::Limit,
                format!(
                    "{combinations} combinations of phases, statuses and values of labels are too \
                     many: give {MAX_COMBINATIONS} at most"
                ),
            ));
        }
        Ok(Phases {
            shared: Box::leak(Box::new(shared)),
        })
    }

    fn check_names(&self) -> Result<(), BuildError> {
        if !is_name(&self.name, true) {
            return Err(BuildError::new(
                BuildErrorKind::MetricName,
                format!(
                    "metric name {:?} is not valid: use letters, digits, _ and :, and no digit first",
                    self.name
                ),
            ));
        }
        let status = self.has_status.then_some("status");
        let mut seen: HashSet<&str> = OWN_LABELS.into_iter().chain(status).collect();
        for &(name, _) in &self.labels {
            let reserved = name.starts_with("__") || RESERVED_LABELS.contains(&name);
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

impl fmt::Debug for PhasesBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhasesBuilder")
            .field("name", &self.name)
            .field("phases", &self.phases)
            .field("labels", &self.labels)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(builder: PhasesBuilder, kind: BuildErrorKind, message: &str) {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }

    #[test]
    fn what_prometheus_would_refuse_is_refused() {
        use BuildErrorKind::{Duplicate, LabelName, MetricName};

        let builder = || Phases::builder(["decode"]);
        refused(builder().namespace("a b"), MetricName, "\"a b_phase");
        refused(builder().label("le", ["x"]), LabelName, "\"le\"");
        refused(builder().label("phase", ["x"]), Duplicate, "\"phase\"");
        let status = builder().label("status", ["x"]);
        assert!(status.clone().build().is_ok());
        refused(status.status(), Duplicate, "\"status\"");
    }

    #[test]
    fn limits_are_checked() {
        use BuildErrorKind::Limit;

        let builder = || Phases::builder(["decode"]);
        refused(builder().endpoint_cap(0), Limit, "endpoint cap 0");
        let wide = builder().label("a", ["x"; 63]).label("b", ["x"; 63]);
        refused(wide, Limit, "32768");
    }
}
