//! Paths that the app reserves, and the base path that it is served below.

/// Returns the path of `endpoint` below `base`.
pub(crate) fn joined(base: &str, endpoint: &str) -> String {
    format!("{}{endpoint}", base.trim_end_matches('/'))
}

/// Returns the reserved prefix that a path is at or below.
pub(crate) fn taken<'a>(reserved: &'a [String], path: &str) -> Option<&'a str> {
    let is_below = |prefix: &&str| {
        path.strip_prefix(prefix.trim_end_matches('/'))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    reserved.iter().map(String::as_str).find(is_below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_path_precedes_the_endpoint() {
        assert_eq!(joined("/", "/metrics"), "/metrics");
        assert_eq!(joined("/g", "/metrics"), "/g/metrics");
        assert_eq!(joined("/g/h/", "/metrics"), "/g/h/metrics");
    }

    #[test]
    fn prefix_covers_whole_segments() {
        let reserved = ["/v1".to_owned(), "/api/".to_owned()];
        for (path, prefix) in [
            ("/v1", Some("/v1")),
            ("/v1/", Some("/v1")),
            ("/v1/metrics", Some("/v1")),
            ("/api", Some("/api/")),
            ("/api/a/b", Some("/api/")),
            ("/v10", None),
            ("/v1metrics", None),
            ("/metrics/v1", None),
            ("/", None),
        ] {
            assert_eq!(taken(&reserved, path), prefix, "{path}");
        }
    }
}
