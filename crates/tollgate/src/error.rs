//! Why the suite could not start.

use std::{error::Error as StdError, fmt};

/// An error from building a [`Tollgate`](crate::Tollgate) or wrapping a router.
///
/// Its message is one line that names what was given, where it came from and how to mend it; it
/// never holds a key.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of [`Error`] it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting has a value that is not accepted.
    Setting,
    /// The master keys cannot be used.
    MasterKey,
    /// The endpoint cannot be mounted at its path.
    Endpoint,
    /// The request metrics cannot be built as they were described.
    Requests,
    /// Another recorder than tollgate's is installed in this process.
    Recorder,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: String) -> Self {
        Self {
            kind,
            message,
            source: None,
        }
    }

    /// An error whose message says all that its source would.
    pub(crate) fn from_source(
        kind: ErrorKind,
        message: String,
        source: impl StdError + Send + Sync + 'static,
    ) -> Self {
        Self {
            kind,
            message,
            source: Some(Box::new(source)),
        }
    }

    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
