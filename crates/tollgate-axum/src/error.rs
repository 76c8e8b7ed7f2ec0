//! Why metrics cannot be mounted.

use std::{error::Error, fmt};

/// Why metrics could not be mounted.
///
/// Its message names the path as it was given and says how to mend it.
///
/// # Examples
///
/// ```
/// use tollgate_axum::{MountErrorKind, check_path};
///
/// let error = check_path("metrics").unwrap_err();
///
/// assert_eq!(error.kind(), MountErrorKind::NoLeadingSlash);
/// assert_eq!(
///     error.to_string(),
///     r#"cannot mount metrics at "metrics": the path has no leading slash; write "/metrics""#,
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountError {
    kind: MountErrorKind,
    path: Box<str>,
}

/// The kinds of [`MountError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MountErrorKind {
    /// The path is empty.
    Empty,
    /// The path does not start with `/`.
    NoLeadingSlash,
    /// The path holds a capture or a wildcard (`{id}`, `{*rest}`, or the older `:id`, `*rest`).
    Capture,
    /// The path goes on with a query (`?`) or a fragment (`#`).
    QueryOrFragment,
    /// The path has a segment without a name (`//`).
    EmptySegment,
    /// The path has a segment `.` or `..`, which clients resolve before they send it.
    DotSegment,
    /// The path holds whitespace of any kind, line breaks and tabs included.
    Whitespace,
    /// The path holds a control character.
    ControlCharacter,
    /// The path holds a character outside ASCII.
    NonAscii,
    /// The path holds a percent sign. Routes are matched as they are sent, so an encoded path
    /// matches one spelling only.
    PercentEncoding,
    /// The path holds a character that no URL path may hold (one of `"`, `<`, `>`, `[`, `\`, `]`,
    /// `^`, `` ` ``, `|`).
    InvalidCharacter,
    /// The route says neither which keys open it nor that it is open.
    Unguarded,
}

impl MountError {
    pub(crate) fn new(kind: MountErrorKind, path: &str) -> Self {
        Self {
            kind,
            path: path.into(),
        }
    }

    /// What is wrong.
    pub const fn kind(&self) -> MountErrorKind {
        self.kind
    }

    /// The path as it was given.
    pub const fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for MountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot mount metrics at {:?}: ", self.path)?;
        match self.kind {
            MountErrorKind::NoLeadingSlash => {
                let mended = format!("/{}", self.path);
                write!(f, "the path has no leading slash; write {mended:?}")
            }
            other => f.write_str(other.remedy()),
        }
    }
}

impl Error for MountError {}

impl MountErrorKind {
    const fn remedy(self) -> &'static str {
        match self {
            Self::Empty => "the path is empty; write one such as \"/metrics\"",
            Self::NoLeadingSlash => "the path has no leading slash; add it",
            Self::Capture => {
                "captures and wildcards match several paths; write the one that is scraped"
            }
            Self::QueryOrFragment => "a query or fragment is not part of a path; remove it",
            Self::EmptySegment => "two slashes follow each other; write one",
            Self::DotSegment => {
                "clients resolve \".\" and \"..\" before they ask; write the path they arrive at"
            }
            Self::Whitespace => "a path holds no whitespace; remove it",
            Self::ControlCharacter => "a path holds no control characters; remove them",
            Self::NonAscii => "a path holds ASCII only; use other letters",
            Self::PercentEncoding => {
                "an encoded path matches one spelling only; use characters that need no encoding"
            }
            Self::InvalidCharacter => {
                "a path holds letters, digits and any of -._~!$&'()*+,;=:@; use those"
            }
            Self::Unguarded => {
                "nobody said who may scrape; give the route its master keys, or Guard::Open"
            }
        }
    }
}
