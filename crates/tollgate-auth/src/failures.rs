//! How many requests were refused, and why.

use metrics::{Counter, Key, Label, Level, Metadata, Recorder, Unit};

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
    pub(crate) fn register(recorder: &dyn Recorder) -> Self {
        recorder.describe_counter(
            NAME.into(),
            Some(Unit::Count),
            "Requests refused for want of a valid master key, by reason.".into(),
        );
        let metadata = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));
        let refused = |reason| {
            let labels = vec![Label::from_static_parts("reason", reason)];
            recorder.register_counter(&Key::from_parts(NAME, labels), &metadata)
        };
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
