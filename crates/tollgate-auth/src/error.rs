//! Why master keys cannot be used.

use std::{error::Error, fmt, io};

use crate::{
    key::{LONGEST_KEY, SHORTEST_KEY},
    key_file::LARGEST_FILE,
};

/// Why master keys cannot be used.
///
/// The message says which input is wrong, where it came from and what to do about it, and never
/// shows a key.
///
/// # Examples
///
/// ```
/// use tollgate_auth::{KeyErrorKind, MasterKeys};
///
/// let error = MasterKeys::new(["letmein"]).unwrap_err();
/// assert_eq!(error.kind(), KeyErrorKind::TooShort);
/// assert!(error.to_string().starts_with("master key 1 is shorter than 16 bytes: use a longer"));
/// ```
#[derive(Debug)]
pub struct KeyError {
    origin: String,
    kind: KeyErrorKind,
    source: Option<io::Error>,
}

/// What is wrong with a [`KeyError`]'s input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyErrorKind {
    /// There is no key at all.
    Empty,
    /// A key has fewer than 16 bytes.
    TooShort,
    /// A key has more than 1,024 bytes.
    TooLong,
    /// A key has a space, a control character or a character outside ASCII, which a header cannot
    /// carry safely.
    InvalidCharacter,
    /// The key file cannot be opened or read; the error's source says why.
    Unreadable,
    /// The key file's path leads to a directory or to something else that is not a file.
    NotAFile,
    /// The key file has more than 64 KiB.
    FileTooLarge,
}

impl KeyError {
    pub(crate) fn new(origin: impl Into<String>, kind: KeyErrorKind) -> Self {
        Self {
            origin: origin.into(),
            kind,
            source: None,
        }
    }

    pub(crate) fn unreadable(origin: impl Into<String>, source: io::Error) -> Self {
        Self {
            source: Some(source),
            ..Self::new(origin, KeyErrorKind::Unreadable)
        }
    }

    /// What is wrong.
    pub fn kind(&self) -> KeyErrorKind {
        self.kind
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = &self.origin;
        match self.kind {
            KeyErrorKind::Empty => write!(f, "{origin} holds no key: give at least one"),
            KeyErrorKind::TooShort => write!(
                f,
                "{origin} is shorter than {SHORTEST_KEY} bytes: \
                 use a longer one, such as the output of `openssl rand -hex 32`"
            ),
            KeyErrorKind::TooLong => {
                write!(
                    f,
                    "{origin} is longer than {LONGEST_KEY} bytes: use a shorter one"
                )
            }
            KeyErrorKind::InvalidCharacter => write!(
                f,
                "{origin} has a character that a header cannot carry: \
                 use visible ASCII only, without spaces"
            ),
            KeyErrorKind::Unreadable => {
                write!(
                    f,
                    "{origin} cannot be read: \
                     check that it exists and that this process may read it"
                )
            }
            KeyErrorKind::NotAFile => {
                write!(
                    f,
                    "{origin} is not a file: give the path of a file with one key per line"
                )
            }
            KeyErrorKind::FileTooLarge => write!(
                f,
                "{origin} is larger than {LARGEST_FILE} bytes: \
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
