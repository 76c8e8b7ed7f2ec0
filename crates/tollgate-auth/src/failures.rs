//! How many requests were refused, and why.

use metrics::{Counter, counter, describe_counter};

use crate::challenge::Refusal;

const NAME: &str = "tollgate_auth_failures_total";

/// `tollgate_auth_failures_total{reason}`, its handles resolved once.
#[derive(Clone, Debug)]
pub(crate) struct Failures {
    missing: Counter,
    malformed: Counter,
    invalid: Counter,
}

impl Failures {
    /// Describe the counter and register every reason at 0, so that a rate over the first failure
    /// is not lost.
    pub(crate) fn register() -> Self {
        describe_counter!(
            NAME,
            "Requests refused for want of a valid master key, by reason."
        );
        Self {
            missing: counter!(NAME, "reason" => "missing"),
            malformed: counter!(NAME, "reason" => "malformed"),
            invalid: counter!(NAME, "reason" => "invalid"),
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
