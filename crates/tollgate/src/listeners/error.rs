//! The error of a text that is no address and no range of ports.

use std::{error::Error, fmt};

/// An error from parsing an [`Address`](crate::Address) or a [`PortRange`](crate::PortRange).
///
/// Its message names the text as it was given and the fix.
///
/// # Examples
///
/// ```
/// use tollgate::Address;
///
/// let error = "localhost".parse::<Address>().unwrap_err();
///
/// assert_eq!(
///     error.to_string(),
///     r#"cannot listen on "localhost": the port is missing; write one such as ":9090""#,
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressError {
    /// The problem and its fix.
    fix: &'static str,
    value: Box<str>,
}

impl AddressError {
    pub(super) fn new(fix: &'static str, value: &str) -> Self {
        let value = value.into();
        Self { fix, value }
    }

    /// Returns the text as it was given.
    pub const fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot listen on {:?}: {}", self.value, self.fix)
    }
}

impl Error for AddressError {}
