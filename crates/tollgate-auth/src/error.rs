//! The error of master keys.

use std::{error::Error, fmt, io};

use crate::limits::{MAX_FILE_BYTES, MAX_KEY_BYTES, MIN_KEY_BYTES};

/// Reason why master keys cannot be used.
///
/// The message names the input at fault, its origin and the fix. It never shows a key.
///
/// # Examples
///
/// ```
/// use tollgate_auth::MasterKeys;
///
/// let error = MasterKeys::new(["letmein"]).unwrap_err();
/// assert!(error.to_string().starts_with("master key 1 is shorter than 16 bytes: use a longer"));
/// ```
#[derive(Debug)]
pub struct KeyError {
    origin: String,
    fault: Fault,
    source: Option<io::Error>,
}

/// Fault of keys or of a key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Empty,
    TooShort,
    TooLong,
    InvalidCharacter,
    Unreadable,
    NotAFile,
    FileTooLarge,
}

impl KeyError {
    pub(crate) fn new(origin: impl Into<String>, fault: Fault) -> Self {
        Self {
            origin: origin.into(),
            fault,
            source: None,
        }
    }

    pub(crate) fn unreadable(origin: impl Into<String>, source: io::Error) -> Self {
        Self {
            source: Some(source),
            ..Self::new(origin, Fault::Unreadable)
        }
    }

    pub(crate) fn fault(&self) -> Fault {
        self.fault
    }

    /// Returns whether the key file could not be opened or read, as one that is mounted later. The
    /// [`source`](Error::source) is the [`io::Error`].
    pub fn is_unreadable(&self) -> bool {
        self.fault == Fault::Unreadable
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.origin, self.fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("holds no key: give at least one"),
            Self::TooShort => write!(
                f,
                "is shorter than {MIN_KEY_BYTES} bytes: \
                 use a longer one, such as the output of `openssl rand -hex 32`"
            ),
            Self::TooLong => write!(f, "is longer than {MAX_KEY_BYTES} bytes: use a shorter one"),
            Self::InvalidCharacter => f.write_str(
                "has a character that a header cannot carry: \
                 use visible ASCII only, without spaces",
            ),
            Self::Unreadable => f.write_str(
                "cannot be read: check that it exists and that this process may read it",
            ),
            Self::NotAFile => {
                f.write_str("is not a file: give the path of a file with one key per line")
            }
            Self::FileTooLarge => write!(
                f,
                "is larger than {MAX_FILE_BYTES} bytes: \
                 give a file with one key per line and nothing else"
            ),
        }
    }
}

impl Error for KeyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
