//! Why a text is no address and no range of ports.

use std::{error::Error, fmt};

/// Why a text is no [`Address`](crate::Address), or no [`PortRange`](crate::PortRange).
///
/// Its message names the text as it was given and says how to mend it.
///
/// # Examples
///
/// ```
/// use tollgate::{Address, AddressErrorKind};
///
/// let error = "localhost".parse::<Address>().unwrap_err();
///
/// assert_eq!(error.kind(), AddressErrorKind::NoPort);
/// assert_eq!(
///     error.to_string(),
///     r#"cannot listen on "localhost": the port is missing; write one such as ":9090""#,
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressError {
    kind: AddressErrorKind,
    value: Box<str>,
}

/// The kinds of [`AddressError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AddressErrorKind {
    /// The address is empty.
    Empty,
    /// The address has no port.
    NoPort,
    /// The port is not a number from 0 to 65535.
    InvalidPort,
    /// The host is neither a name nor an IP address.
    InvalidHost,
    /// An IPv6 address is not in brackets, or is not one.
    Brackets,
    /// The Unix socket has no path.
    EmptyPath,
    /// The Unix socket's path is longer than the system takes.
    LongPath,
    /// The Unix socket's path holds a zero byte.
    InvalidPath,
    /// This system has no Unix sockets.
    NoUnixSockets,
    /// The range is not two ports.
    InvalidRange,
    /// The range starts at port 0, which stands for any.
    ZeroInRange,
    /// The range ends before it starts.
    BackwardRange,
}

impl AddressError {
    pub(crate) fn new(kind: AddressErrorKind, value: &str) -> Self {
        Self {
            kind,
            value: value.into(),
        }
    }

    /// What is wrong.
    pub const fn kind(&self) -> AddressErrorKind {
        self.kind
    }

    /// The text as it was given.
    pub const fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "cannot listen on {:?}: {}",
            self.value,
            self.kind.remedy()
        )
    }
}

impl Error for AddressError {}

impl AddressErrorKind {
    /// What is wrong and how to mend it.
    const fn remedy(self) -> &'static str {
        match self {
            Self::Empty => "the address is empty; write one such as \":9090\"",
            Self::NoPort => "the port is missing; write one such as \":9090\"",
            Self::InvalidPort => "the port is not a number from 0 (any free one) to 65535; use one",
            Self::InvalidHost => {
                "the host is neither a name nor an IP address; write it alone, such as \
                 \"127.0.0.1:9090\""
            }
            Self::Brackets => {
                "an IPv6 address stands in brackets before its port; write it so, such as \
                 \"[::1]:9090\""
            }
            Self::EmptyPath => {
                "the socket has no path; write one such as \"unix:/run/metrics.sock\""
            }
            Self::LongPath => "the socket's path is longer than the system takes; shorten it",
            Self::InvalidPath => "the socket's path holds a zero byte; remove it",
            Self::NoUnixSockets => "this system has no Unix sockets; write a host and a port",
            Self::InvalidRange => "a range is two ports; write them such as \"8001-8049\"",
            Self::ZeroInRange => "port 0 is no port to look for; start at 1 or above",
            Self::BackwardRange => "the range ends before it starts; write the smaller port first",
        }
    }
}
