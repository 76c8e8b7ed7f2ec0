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
    message: String,
    is_other_recorder: bool,
}

impl Error {
    pub(crate) fn setting(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            is_other_recorder: false,
        }
    }

    pub(crate) fn other_recorder() -> Self {
        let message = "another recorder is installed already: install this one before it, or only one of them";
        Self {
            is_other_recorder: true,
            ..Self::setting(message)
        }
    }

    /// Returns whether the process has another crate's recorder already. The app can serve that one.
    pub fn is_other_recorder(&self) -> bool {
        self.is_other_recorder
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl error::Error for Error {}
