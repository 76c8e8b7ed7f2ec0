//! Paths that metrics can be mounted at.

use std::{error::Error, fmt, str::FromStr};

/// A path that metrics can be mounted at, `/metrics` by default.
///
/// # Examples
///
/// ```
/// use tollgate_axum::MetricsPath;
///
/// let path: MetricsPath = "/internal/metrics".parse()?;
///
/// assert_eq!(path.as_str(), "/internal/metrics");
/// assert_eq!(MetricsPath::default().as_str(), "/metrics");
/// # Ok::<(), tollgate_axum::PathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MetricsPath(Box<str>);

impl MetricsPath {
    /// Returns the path as it was written.
    pub const fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for MetricsPath {
    fn default() -> Self {
        Self("/metrics".into())
    }
}

impl fmt::Display for MetricsPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for MetricsPath {
    type Err = PathError;

    /// Checks that a scraper can ask for the path, and that axum matches it as it is written.
    fn from_str(path: &str) -> Result<Self, PathError> {
        check(path).map_err(|problem| PathError {
            problem,
            path: path.into(),
        })?;
        Ok(Self(path.into()))
    }
}

/// The reason why metrics cannot be mounted at a path.
///
/// Its message names the path as it was given and says the fix.
///
/// # Examples
///
/// ```
/// use tollgate_axum::MetricsPath;
///
/// assert_eq!(
///     "metrics".parse::<MetricsPath>().unwrap_err().to_string(),
///     r#"cannot mount metrics at "metrics": the path has no leading slash; write "/metrics""#,
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    problem: Problem,
    path: Box<str>,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot mount metrics at {:?}: ", self.path)?;
        f.write_str(match self.problem {
            Problem::Empty => "the path is empty; write one such as \"/metrics\"",
            Problem::NoLeadingSlash => {
                let mended = format!("/{}", self.path);
                return write!(f, "the path has no leading slash; write {mended:?}");
            }
            Problem::Capture => {
                "captures and wildcards match several paths; write the one that is scraped"
            }
            Problem::QueryOrFragment => "a query or fragment is not part of a path; remove it",
            Problem::EmptySegment => "two slashes follow each other; write one",
            Problem::DotSegment => {
                "clients resolve \".\" and \"..\" before they ask; write the path they arrive at"
            }
            Problem::Whitespace => "a path holds no whitespace; remove it",
            Problem::ControlCharacter => "a path holds no control characters; remove them",
            Problem::NonAscii => "a path holds ASCII only; use other letters",
            Problem::PercentEncoding => {
                "an encoded path matches one spelling only; use characters that need no encoding"
            }
            Problem::InvalidCharacter => {
                "a path holds letters, digits and any of -._~!$&'()*+,;=:@; use those"
            }
        })
    }
}

impl Error for PathError {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    Empty,
    NoLeadingSlash,
    /// A capture or a wildcard: `{id}`, `{*rest}`, or the older `:id`, `*rest`.
    Capture,
    QueryOrFragment,
    EmptySegment,
    DotSegment,
    Whitespace,
    ControlCharacter,
    NonAscii,
    /// Routes are matched as they are sent, so an encoded path matches one spelling only.
    PercentEncoding,
    /// A character that no URL path may hold.
    InvalidCharacter,
}

fn check(path: &str) -> Result<(), Problem> {
    if path.is_empty() {
        return Err(Problem::Empty);
    }
    if let Some(problem) = path.chars().find_map(refuse_character) {
        return Err(problem);
    }
    let Some(segments) = path.strip_prefix('/') else {
        return Err(Problem::NoLeadingSlash);
    };
    if path.contains("//") {
        return Err(Problem::EmptySegment);
    }
    segments
        .split('/')
        .find_map(refuse_segment)
        .map_or(Ok(()), Err)
}

/// Lets through all that RFC 3986 lets a path hold unencoded, and tells the rest apart for the
/// message.
fn refuse_character(character: char) -> Option<Problem> {
    match character {
        '{' | '}' => Some(Problem::Capture),
        '?' | '#' => Some(Problem::QueryOrFragment),
        '%' => Some(Problem::PercentEncoding),
        '"' | '<' | '>' | '[' | '\\' | ']' | '^' | '`' | '|' => Some(Problem::InvalidCharacter),
        _ if character.is_whitespace() => Some(Problem::Whitespace),
        _ if character.is_control() => Some(Problem::ControlCharacter),
        _ if !character.is_ascii() => Some(Problem::NonAscii),
        _ => None,
    }
}

fn refuse_segment(segment: &str) -> Option<Problem> {
    match segment {
        "." | ".." => Some(Problem::DotSegment),
        // axum 0.7's captures, on which axum 0.8 panics.
        _ if segment.starts_with([':', '*']) => Some(Problem::Capture),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, check};

    #[test]
    fn clean_paths_pass() {
        for path in [
            "/",
            "/metrics",
            "/metrics/",
            "/debug/metrics",
            "/-/metrics.txt",
            "/a:b/c*d/...",
            "/~!$&'()*+,;=@_0Z",
        ] {
            assert_eq!(check(path), Ok(()), "{path:?}");
        }
    }

    #[test]
    fn unclean_paths_are_told_apart() {
        for (path, problem) in [
            ("", Problem::Empty),
            ("metrics", Problem::NoLeadingSlash),
            ("./metrics", Problem::NoLeadingSlash),
            ("https://example.org/metrics", Problem::NoLeadingSlash),
            ("/{name}", Problem::Capture),
            ("/metrics/{*rest}", Problem::Capture),
            ("/metrics}", Problem::Capture),
            ("/:name", Problem::Capture),
            ("/metrics/*rest", Problem::Capture),
            ("/metrics?name[]=up", Problem::QueryOrFragment),
            ("/metrics#top", Problem::QueryOrFragment),
            ("//metrics", Problem::EmptySegment),
            ("/metrics//", Problem::EmptySegment),
            ("/./metrics", Problem::DotSegment),
            ("/debug/../metrics", Problem::DotSegment),
            ("/metrics/..", Problem::DotSegment),
            ("/my metrics", Problem::Whitespace),
            (" /metrics", Problem::Whitespace),
            ("/metrics\n", Problem::Whitespace),
            ("/met\trics", Problem::Whitespace),
            ("/metrics\u{a0}", Problem::Whitespace),
            ("/metrics\0", Problem::ControlCharacter),
            ("/metrics\u{7f}", Problem::ControlCharacter),
            ("/métriques", Problem::NonAscii),
            ("/m%65trics", Problem::PercentEncoding),
            ("/metrics\\", Problem::InvalidCharacter),
            ("/<metrics>", Problem::InvalidCharacter),
            ("/metrics[]", Problem::InvalidCharacter),
        ] {
            assert_eq!(check(path), Err(problem), "{path:?}");
        }
    }
}
