//! What can be wrong with the settings.

use std::{error, fmt};

/// Why a recorder could not be built or installed.
///
/// # Examples
///
/// ```
/// use tollgate_recorder::{ErrorKind, RecorderBuilder};
///
/// let error = RecorderBuilder::new().buckets(&[2.0, 1.0]).build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Buckets);
/// assert_eq!(error.to_string(), "a list of buckets has 2 before 1: give each bound once, the lowest first");
/// ```
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A list of bucket bounds.
    Buckets,
    /// A summary's quantiles.
    Quantiles,
    /// The settings of a native histogram.
    NativeHistogram,
    /// A global label.
    GlobalLabel,
    /// Another recorder is installed already.
    OtherRecorder,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// What was wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl error::Error for Error {}
