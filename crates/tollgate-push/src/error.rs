//! The error of a push that cannot be built.

use std::{error::Error as StdError, fmt};

/// Error of a [`Push`](crate::Push) that was described wrongly, or of an HTTP client that cannot be
/// built.
///
/// The message is one line that names the input and the fix, and never shows credentials. `Debug`
/// shows the same, for a `main` that returns the error.
///
/// # Examples
///
/// ```
/// let error = tollgate_push::Push::new("gateway:9091", "nightly-report").unwrap_err();
///
/// assert_eq!(
///     error.to_string(),
///     r#"cannot push metrics to "gateway:9091": a gateway is asked over http or https"#,
/// );
/// ```
pub struct Error {
    message: String,
    client: Option<reqwest::Error>,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            client: None,
        }
    }

    pub(crate) fn no_client(error: reqwest::Error) -> Self {
        Self {
            message: format!("cannot push metrics: {}", chain(&error)),
            client: Some(error),
        }
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
    /// The client's error is in the message, so the source is the one below it.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.client.as_ref()?.source()
    }
}

/// An error and all its sources, on one line.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        message.push_str(": ");
        message.push_str(&error.to_string());
        source = error.source();
    }
    message
}
