//! Metrics of refused requests.

use metrics::Counter;
use tollgate_families::{Catalogue, Families, Target, families};

use crate::challenge::Refusal;

families! {
    /// Metric of authentication.
    enum AuthMetric {
        Failures: counter(Count) "tollgate_auth_failures_total" {reason}
            "Requests refused for lack of a valid master key, by reason.";
    }

    /// Label of the metrics of authentication.
    enum AuthLabel {
        reason = Reason "`missing`, `malformed` or `invalid`";
    }
}

/// Handles for the series of refused requests.
#[derive(Clone, Debug)]
pub(crate) struct Failures {
    missing: Counter,
    malformed: Counter,
    invalid: Counter,
}

impl Failures {
    /// Registers every reason, so that a rate includes its first failure.
    pub(crate) fn register(target: Target) -> Self {
        let families = Families::with_target(target);
        let refused =
            |reason: &'static str| families.counter(AuthMetric::Failures, |_| reason.into());
        Self {
            missing: refused("missing"),
            malformed: refused("malformed"),
            invalid: refused("invalid"),
        }
    }

    pub(crate) fn count(&self, refusal: Refusal) {
        let reason = match refusal {
            Refusal::NoCredentials | Refusal::UnsupportedScheme => &self.missing,
            Refusal::Malformed | Refusal::Repeated => &self.malformed,
            Refusal::WrongKey => &self.invalid,
        };
        reason.increment(1);
    }
}

/// Returns every metric of this crate, in its default names.
pub fn catalogue() -> Catalogue {
    Catalogue::of::<AuthMetric>()
}
