//! Why a layer could not be built.

use std::fmt;

/// An error from [`RequestMetricsBuilder::build`](crate::RequestMetricsBuilder::build).
///
/// Its message names what was given and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError {
    kind: BuildErrorKind,
    message: String,
}

/// What kind of [`BuildError`] it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BuildErrorKind {
    /// A metric's name, with its namespace, is not one that Prometheus accepts.
    MetricName,
    /// A label's name is not one that Prometheus accepts, or is reserved.
    LabelName,
    /// Two metrics or two labels of one metric have the same name.
    Duplicate,
    /// A cap or limit is outside what is supported.
    Limit,
}

impl BuildError {
    pub(crate) fn new(kind: BuildErrorKind, message: String) -> Self {
        Self { kind, message }
    }

    /// What kind of error it is.
    pub fn kind(&self) -> BuildErrorKind {
        self.kind
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BuildError {}
