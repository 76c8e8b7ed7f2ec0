//! Why there is no management router.

use std::{error::Error, fmt};

/// Why a management router could not be built.
///
/// The message names what is wrong and says how to mend it.
///
/// # Examples
///
/// ```
/// use tollgate_management::{Access, EndpointAccess, ManagementErrorKind, management_router};
///
/// let access = Access::new().endpoint("discovry", EndpointAccess::new().enabled(false));
/// let error = management_router().access(access).build().unwrap_err();
///
/// assert_eq!(error.kind(), ManagementErrorKind::UnknownEndpoint);
/// assert_eq!(
///     error.to_string(),
///     r#"there is no endpoint "discovry": write "discovery" if that is meant"#,
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagementError {
    kind: ManagementErrorKind,
    message: String,
}

/// The kinds of [`ManagementError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ManagementErrorKind {
    /// The settings name an endpoint that is not there.
    UnknownEndpoint,
    /// Two endpoints have the same id, and so the same path.
    DuplicateEndpoint,
    /// An endpoint, a check or a group has a name that no path can hold, or an endpoint the name `all`,
    /// which stands for every one in settings.
    InvalidName,
    /// A group of checks has a member that is no check.
    UnknownMember,
    /// Two checks or groups have the same name.
    DuplicateCheck,
    /// The group `liveness` was to get members.
    LivenessMember,
    /// Two property sources have the same name.
    DuplicateSource,
    /// An entry of the app's own has a name under which `/info` tells something itself.
    ReservedEntry,
    /// The metrics cannot be served: the exposition offers no text.
    Exposition,
    /// A directive of log levels cannot be read, or not be changed at run time.
    #[cfg(feature = "loggers")]
    InvalidDirective,
    /// The metrics of requests to the router are not consistent.
    Requests,
}

impl ManagementError {
    pub(crate) fn new(kind: ManagementErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// The same, where `place` is what it was found in.
    #[cfg(feature = "loggers")]
    pub(crate) fn within(self, place: &str) -> Self {
        Self {
            message: format!("{place}: {}", self.message),
            ..self
        }
    }

    /// What is wrong.
    pub const fn kind(&self) -> ManagementErrorKind {
        self.kind
    }
}

impl fmt::Display for ManagementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ManagementError {}
