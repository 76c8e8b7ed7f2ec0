//! Which paths metrics can be mounted at.

use crate::{MountError, MountErrorKind};

/// Checks that metrics can be mounted at `path`, before there is a router to mount them on.
///
/// # Errors
///
/// The error that [`RouterExt::mount_metrics`](crate::RouterExt::mount_metrics) would give.
///
/// # Examples
///
/// ```
/// assert!(tollgate_axum::check_path("/metrics").is_ok());
/// assert!(tollgate_axum::check_path("metrics").is_err());
/// ```
pub fn check_path(path: &str) -> Result<(), MountError> {
    check(path).map_err(|kind| MountError::new(kind, path))
}

/// Checks that `path` is one that a scraper can ask for and axum matches as it is written.
fn check(path: &str) -> Result<(), MountErrorKind> {
    if path.is_empty() {
        return Err(MountErrorKind::Empty);
    }
    if let Some(kind) = path.chars().find_map(refuse_character) {
        return Err(kind);
    }
    let Some(segments) = path.strip_prefix('/') else {
        return Err(MountErrorKind::NoLeadingSlash);
    };
    if path.contains("//") {
        return Err(MountErrorKind::EmptySegment);
    }
    segments
        .split('/')
        .find_map(refuse_segment)
        .map_or(Ok(()), Err)
}

/// What RFC 3986 lets a path hold unencoded is let through, the rest is told apart so that the
/// message fits.
fn refuse_character(character: char) -> Option<MountErrorKind> {
    match character {
        '{' | '}' => Some(MountErrorKind::Capture),
        '?' | '#' => Some(MountErrorKind::QueryOrFragment),
        '%' => Some(MountErrorKind::PercentEncoding),
        '"' | '<' | '>' | '[' | '\\' | ']' | '^' | '`' | '|' => {
            Some(MountErrorKind::InvalidCharacter)
        }
        _ if character.is_whitespace() => Some(MountErrorKind::Whitespace),
        _ if character.is_control() => Some(MountErrorKind::ControlCharacter),
        _ if !character.is_ascii() => Some(MountErrorKind::NonAscii),
        _ => None,
    }
}

fn refuse_segment(segment: &str) -> Option<MountErrorKind> {
    match segment {
        "." | ".." => Some(MountErrorKind::DotSegment),
        // axum 0.7's captures, on which axum 0.8 panics.
        _ if segment.starts_with([':', '*']) => Some(MountErrorKind::Capture),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{MountErrorKind as Kind, check};

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
        for (path, kind) in [
            ("", Kind::Empty),
            ("metrics", Kind::NoLeadingSlash),
            ("./metrics", Kind::NoLeadingSlash),
            ("https://example.org/metrics", Kind::NoLeadingSlash),
            ("/{name}", Kind::Capture),
            ("/metrics/{*rest}", Kind::Capture),
            ("/metrics}", Kind::Capture),
            ("/:name", Kind::Capture),
            ("/metrics/*rest", Kind::Capture),
            ("/metrics?name[]=up", Kind::QueryOrFragment),
            ("/metrics#top", Kind::QueryOrFragment),
            ("//metrics", Kind::EmptySegment),
            ("/metrics//", Kind::EmptySegment),
            ("/./metrics", Kind::DotSegment),
            ("/debug/../metrics", Kind::DotSegment),
            ("/metrics/..", Kind::DotSegment),
            ("/my metrics", Kind::Whitespace),
            (" /metrics", Kind::Whitespace),
            ("/metrics\n", Kind::Whitespace),
            ("/met\trics", Kind::Whitespace),
            ("/metrics\u{a0}", Kind::Whitespace),
            ("/metrics\0", Kind::ControlCharacter),
            ("/metrics\u{7f}", Kind::ControlCharacter),
            ("/métriques", Kind::NonAscii),
            ("/m%65trics", Kind::PercentEncoding),
            ("/metrics\\", Kind::InvalidCharacter),
            ("/<metrics>", Kind::InvalidCharacter),
            ("/metrics[]", Kind::InvalidCharacter),
        ] {
            assert_eq!(check(path), Err(kind), "{path:?}");
        }
    }
}
