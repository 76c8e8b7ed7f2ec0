//! Errors of the settings and of the installation.

use std::{error, fmt};

/// The reason why a recorder could not be built or installed.
///
/// # Examples
///
/// ```
/// use tollgate_recorder::RecorderBuilder;
///
/// let error = RecorderBuilder::new().buckets(&[2.0, 1.0]).build().unwrap_err();
/// assert_eq!(error.to_string(), "a list of buckets has 2 before 1: give each bound once, the lowest first");
/// ```
#[derive(Debug, Clone)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ErrorKind {
    Setting,
    OtherRecorder,
}

impl Error {
    pub(crate) fn setting(message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Setting,
            message: message.into(),
        }
    }

    pub(crate) fn other_recorder() -> Self {
        let message = "another recorder is installed already: install this one before it, or only one of them";
        Self {
            kind: ErrorKind::OtherRecorder,
            message: message.to_owned(),
        }
    }

    /// Returns whether the process has another crate's recorder already. The app can serve that one.
    pub fn is_other_recorder(&self) -> bool {
        self.kind == ErrorKind::OtherRecorder
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl error::Error for Error {}
