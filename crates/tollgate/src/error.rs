//! Why the suite could not start.

use std::{error::Error as StdError, fmt};

/// An error from building a [`Tollgate`](crate::Tollgate), wrapping a router or serving.
///
/// Its message is one line that names what was given, where it came from and how to mend it, or one
/// such line for each of several wrong settings; it never holds a key. `Debug` shows the same, so
/// that a `main` that returns the error shows what a person can use.
///
/// # Examples
///
/// ```
/// use tollgate::{ErrorKind, Tollgate};
///
/// let error = Tollgate::builder().endpoint("metrics").build().unwrap_err();
///
/// assert_eq!(error.kind(), ErrorKind::Endpoint);
/// assert_eq!(
///     error.to_string(),
///     r#"cannot mount metrics at "metrics": the path has no leading slash; write "/metrics""#,
/// );
/// ```
pub struct Error {
    kind: ErrorKind,
    message: String,
    told: Option<Box<dyn StdError + Send + Sync>>,
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
    /// The recorder cannot be installed: another one is in this process already, or the thread that
    /// keeps it small cannot be started.
    Recorder,
    /// A listener of the suite's own cannot be bound, or the signals that end it cannot be listened
    /// for.
    Listener,
    /// The management endpoints cannot be put together as they were described.
    Management,
    /// Metrics cannot be pushed to the gateway as it was described.
    Push,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: String) -> Self {
        Self {
            kind,
            message,
            told: None,
        }
    }

    /// An error whose message says all that `told` does. Its source is therefore that of `told`.
    pub(crate) fn telling(
        kind: ErrorKind,
        message: String,
        told: impl StdError + Send + Sync + 'static,
    ) -> Self {
        Self {
            told: Some(Box::new(told)),
            ..Self::new(kind, message)
        }
    }

    /// The same error in other words.
    pub(crate) fn with_message(self, message: String) -> Self {
        Self { message, ..self }
    }

    /// All of them as one, a line for each; none if there are none. Kind and source are the
    /// first's.
    pub(crate) fn all(errors: Vec<Self>) -> Option<Self> {
        errors.into_iter().reduce(|mut all, next| {
            all.message.push('\n');
            all.message.push_str(&next.message);
            all
        })
    }

    /// What kind of error it is; of several, the first.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

#[cfg(feature = "push")]
impl From<tollgate_push::Error> for Error {
    fn from(error: tollgate_push::Error) -> Self {
        Self::telling(ErrorKind::Push, error.to_string(), error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.told.as_ref()?.source()
    }
}
