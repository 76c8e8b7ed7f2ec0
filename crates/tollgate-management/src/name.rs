//! Names in paths: of endpoints, checks, groups and sources.

use std::collections::BTreeSet;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use crate::{BuildError, problem::Problem};

/// Extractor of the `{name}` in a path. A name that is not text is refused as JSON.
#[derive(Debug)]
pub(crate) struct Name(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let name = Path::from_request_parts(parts, state).await;
        name.map(|Path(name)| Self(name))
            .map_err(|e| Problem::bad_request(format!("a name is text: {e}")))
    }
}

/// Checks that a path can hold a name unescaped.
pub(crate) fn check(name: &str) -> Result<(), BuildError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.bytes().all(plain) && !["", ".", ".."].contains(&name) {
        return Ok(());
    }
    Err(BuildError::new(format!(
        "{name:?} is no name: use ASCII letters, digits and any of -_."
    )))
}

/// Checks that no two names are the same. `what` is the plural of the named things.
pub(crate) fn check_unique<'a>(
    what: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<(), BuildError> {
    let mut seen = BTreeSet::new();
    match names.into_iter().find(|name| !seen.insert(*name)) {
        Some(name) => Err(BuildError::new(format!(
            "there are two {what} {name:?}: give one another name"
        ))),
        None => Ok(()),
    }
}

/// Returns whether two names are equal to a variable, which has no case and only `_`.
pub(crate) fn are_the_same(one: &str, other: &str) -> bool {
    let plain = |byte: u8| match byte {
        b'-' | b'.' => b'_',
        byte => byte.to_ascii_lowercase(),
    };
    one.bytes().map(plain).eq(other.bytes().map(plain))
}
