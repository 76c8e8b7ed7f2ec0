//! The error of a suite.

use std::{error::Error as StdError, fmt, sync::Arc};

use tollgate_families::BuildError;

/// An error from building a [`Tollgate`](crate::Tollgate), wrapping a router or serving.
///
/// The message is one line that names the input, its origin and the fix, or one such line for each
/// of several wrong settings; it never holds a key. `Debug` shows the same, for a `main` that
/// returns the error.
///
/// # Examples
///
/// ```
/// use tollgate::Tollgate;
///
/// let error = Tollgate::builder().endpoint("metrics").build().unwrap_err();
///
/// assert_eq!(
///     error.to_string(),
///     r#"cannot mount metrics at "metrics": the path has no leading slash; write "/metrics""#,
/// );
/// ```
#[derive(Clone)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    told: Option<Arc<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ErrorKind {
    Configuration,
    Recorder,
    Listener,
}

impl Error {
    pub(crate) fn new(message: String) -> Self {
        Self {
            kind: ErrorKind::Configuration,
            message,
            told: None,
        }
    }

    /// An error whose message says all that `told` does. Its source is therefore that of `told`.
    pub(crate) fn telling(message: String, told: impl StdError + Send + Sync + 'static) -> Self {
        Self {
            told: Some(Arc::new(told)),
            ..Self::new(message)
        }
    }

    /// An error that says the same as another one.
    pub(crate) fn of(error: impl StdError + Send + Sync + 'static) -> Self {
        Self::telling(error.to_string(), error)
    }

    /// The same error, of a recorder.
    pub(crate) fn of_recorder(self) -> Self {
        let kind = ErrorKind::Recorder;
        Self { kind, ..self }
    }

    /// The same error, of a listener.
    pub(crate) fn of_listener(self) -> Self {
        let kind = ErrorKind::Listener;
        Self { kind, ..self }
    }

    /// The same error in other words.
    pub(crate) fn with_message(self, message: String) -> Self {
        Self { message, ..self }
    }

    /// Joins the errors, a line for each; none if there are none. The source is that of the first.
    pub(crate) fn all(errors: Vec<Self>) -> Option<Self> {
        errors.into_iter().reduce(|mut all, next| {
            all.message.push('\n');
            all.message.push_str(&next.message);
            all
        })
    }

    /// Whether the recorder cannot be installed, mostly because another one is: an app can go on
    /// with that one, and mount its handle.
    pub fn is_recorder(&self) -> bool {
        self.kind == ErrorKind::Recorder
    }

    /// Whether a listener of the suite's own cannot be bound: an app can try another address, or
    /// the same one later.
    pub fn is_listener(&self) -> bool {
        self.kind == ErrorKind::Listener
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        Self::of(error)
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
