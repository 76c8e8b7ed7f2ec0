//! Paths that metrics can be mounted at.

use std::{borrow::Cow, fmt, str::FromStr};

use tollgate_families::BuildError;

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
/// # Ok::<(), tollgate_axum::BuildError>(())
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
    type Err = BuildError;

    /// Checks that a scraper can ask for the path, and that axum matches it as it is written.
    ///
    /// # Errors
    ///
    /// The message names the path as it was given and says the fix.
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
    fn from_str(path: &str) -> Result<Self, BuildError> {
        check(path).map_err(|problem| {
            BuildError::new(format!("cannot mount metrics at {path:?}: {problem}"))
        })?;
        Ok(Self(path.into()))
    }
}

const CAPTURE: &str = "captures and wildcards match several paths; write the one that is scraped";

fn check(path: &str) -> Result<(), Cow<'static, str>> {
    if path.is_empty() {
        return Err("the path is empty; write one such as \"/metrics\"".into());
    }
    if let Some(problem) = path.chars().find_map(refuse_character) {
        return Err(problem.into());
    }
    if path.contains("://") {
        return Err("a URL names more than a path; write its path, such as \"/metrics\"".into());
    }
    let Some(segments) = path.strip_prefix('/') else {
        let mended = format!("/{path}");
        return Err(format!("the path has no leading slash; write {mended:?}").into());
    };
    if path.contains("//") {
        return Err("two slashes follow each other; write one".into());
    }
    let refused = segments.split('/').find_map(refuse_segment);
    refused.map_or(Ok(()), |problem| Err(problem.into()))
}

/// Lets through all that RFC 3986 lets a path hold unencoded, and tells the rest apart for the
/// message.
fn refuse_character(character: char) -> Option<&'static str> {
    Some(match character {
        '{' | '}' => CAPTURE,
        '?' | '#' => "a query or fragment is not part of a path; remove it",
        // Routes are matched as they are sent.
        '%' => "an encoded path matches one spelling only; use characters that need no encoding",
        '"' | '<' | '>' | '[' | '\\' | ']' | '^' | '`' | '|' => {
            "a path holds letters, digits and any of -._~!$&'()*+,;=:@; use those"
        }
        _ if character.is_whitespace() => "a path holds no whitespace; remove it",
        _ if character.is_control() => "a path holds no control characters; remove them",
        _ if !character.is_ascii() => "a path holds ASCII only; use other letters",
        _ => return None,
    })
}

fn refuse_segment(segment: &str) -> Option<&'static str> {
    match segment {
        "." | ".." => {
            Some("clients resolve \".\" and \"..\" before they ask; write the path they arrive at")
        }
        // axum 0.7's captures, on which axum 0.8 panics.
        _ if segment.starts_with([':', '*']) => Some(CAPTURE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{CAPTURE, check};

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
            ("", "is empty"),
            ("metrics", "no leading slash"),
            ("./metrics", "no leading slash"),
            ("https://example.org/metrics", "a URL"),
            ("/{name}", CAPTURE),
            ("/metrics/{*rest}", CAPTURE),
            ("/metrics}", CAPTURE),
            ("/:name", CAPTURE),
            ("/metrics/*rest", CAPTURE),
            ("/metrics?name[]=up", "query or fragment"),
            ("/metrics#top", "query or fragment"),
            ("//metrics", "two slashes"),
            ("/metrics//", "two slashes"),
            ("/./metrics", "clients resolve"),
            ("/debug/../metrics", "clients resolve"),
            ("/metrics/..", "clients resolve"),
            ("/my metrics", "whitespace"),
            (" /metrics", "whitespace"),
            ("/metrics\n", "whitespace"),
            ("/met\trics", "whitespace"),
            ("/metrics\u{a0}", "whitespace"),
            ("/metrics\0", "control characters"),
            ("/metrics\u{7f}", "control characters"),
            ("/métriques", "ASCII only"),
            ("/m%65trics", "an encoded path"),
            ("/metrics\\", "letters, digits"),
            ("/<metrics>", "letters, digits"),
            ("/metrics[]", "letters, digits"),
        ] {
            let refused = check(path).unwrap_err();
            assert!(refused.contains(problem), "{path:?}: {refused}");
        }
    }
}
