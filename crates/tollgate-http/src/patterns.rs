//! Patterns of routes that are left out or share an endpoint.

use std::borrow::Cow;

use matchit::Router;
use tollgate_families::BuildError;

/// Pattern in axum's syntax, and the endpoint of the routes that it covers. Without one they are left out.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    pub(crate) route: Cow<'static, str>,
    pub(crate) endpoint: Option<Cow<'static, str>>,
}

/// Returns what `make` makes of the endpoint of each pattern, to be found by a route.
pub(crate) fn compile<E>(
    patterns: &[Pattern],
    make: impl Fn(Option<&str>) -> E,
) -> Result<Router<E>, BuildError> {
    let mut router = Router::new();
    for Pattern { route, endpoint } in patterns {
        let inserted = match refuse(route) {
            Some(problem) => Err(problem.to_owned()),
            None => router
                .insert(route.as_ref(), make(endpoint.as_deref()))
                .map_err(|error| error.to_string()),
        };
        inserted.map_err(|problem| {
            let kind = endpoint.as_ref().map_or("skip", |_| "group");
            BuildError::new(format!("{kind}_pattern {route:?}: {problem}"))
        })?;
    }
    Ok(router)
}

/// Returns the problem of a pattern that axum takes for no route, though a router may take it.
fn refuse(route: &str) -> Option<&'static str> {
    if !route.starts_with('/') {
        return Some("a pattern starts with a slash; write one");
    }
    let is_old = |segment: &str| segment.starts_with([':', '*']);
    let old = route.split('/').any(is_old);
    old.then_some("a capture is {name} and a wildcard {*name}; write it so")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skip(route: &'static str) -> Pattern {
        Pattern {
            route: route.into(),
            endpoint: None,
        }
    }

    fn refused(patterns: &[Pattern]) -> String {
        let compiled = compile(patterns, |_| ());
        compiled.map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn a_pattern_covers_templates_and_paths() {
        let patterns = [skip("/users/{id}"), skip("/static/{*path}")];
        let patterns = compile(&patterns, |_| ()).unwrap();
        for covered in ["/users/{id}", "/users/{name}", "/users/7", "/static/{*x}"] {
            assert!(patterns.at(covered).is_ok(), "{covered}");
        }
        for other in ["/users", "/users/", "/users/{id}/posts", "/static/"] {
            assert!(patterns.at(other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_pattern_that_covers_nothing_is_refused() {
        let slash = "skip_pattern \"users\": a pattern starts with a slash; write one";
        assert_eq!(refused(&[skip("users")]), slash);
        for old in ["/:id", "/a/*rest"] {
            assert!(refused(&[skip(old)]).contains("{*name}"), "{old}");
        }
        assert!(refused(&[skip("/{id")]).starts_with("skip_pattern \"/{id\": "));
        let group = Pattern {
            endpoint: Some("users".into()),
            ..skip("/{name}")
        };
        let twice = refused(&[skip("/{id}"), group]);
        assert!(twice.starts_with("group_pattern \"/{name}\": "), "{twice}");
        assert!(twice.contains("/{id}"), "{twice}");
    }
}
