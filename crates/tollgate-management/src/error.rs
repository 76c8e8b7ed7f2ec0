//! The error of the management router.

use std::{error::Error, fmt};

/// Reason why a management router, or a part of it, could not be built.
///
/// The message names the fault and the fix.
///
/// # Examples
///
/// ```
/// use tollgate_management::{Access, EndpointAccess, management_router};
///
/// let access = Access::new().endpoint("discovry", EndpointAccess::new().enabled(false));
/// let error = management_router().access(access).build().unwrap_err();
///
/// assert!(error.is_unknown_endpoint());
/// assert_eq!(
///     error.to_string(),
///     r#"there is no endpoint "discovry": write "discovery" if that is meant"#,
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagementError {
    message: String,
    is_unknown_endpoint: bool,
}

impl ManagementError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            is_unknown_endpoint: false,
        }
    }

    pub(crate) fn unknown_endpoint(message: impl Into<String>) -> Self {
        Self {
            is_unknown_endpoint: true,
            ..Self::new(message)
        }
    }

    /// Prefixes the message with the input at fault.
    #[cfg(feature = "loggers")]
    pub(crate) fn within(self, input: &str) -> Self {
        Self {
            message: format!("{input}: {}", self.message),
            ..self
        }
    }

    /// Returns whether a setting names an endpoint that does not exist.
    pub fn is_unknown_endpoint(&self) -> bool {
        self.is_unknown_endpoint
    }
}

impl fmt::Display for ManagementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ManagementError {}
