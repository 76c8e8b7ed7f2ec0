//! Links to endpoints.

use std::collections::BTreeMap;

use serde::Serialize;

/// Paths that the caller may see, by name.
pub(crate) type Paths = BTreeMap<String, String>;

/// `{"_links":{"health":{"href":"/health","templated":false}}}`, as in Spring and Micronaut.
#[derive(Debug, Serialize)]
pub(super) struct Links {
    #[serde(rename = "_links")]
    pub(super) links: BTreeMap<String, Link>,
}

#[derive(Debug, Serialize)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) templated: bool,
}

impl Links {
    /// Returns links to `paths` below a prefix, and to the root as `self`.
    pub(super) fn new(paths: &Paths, prefix: &str) -> Self {
        let link = |path: &str| Link {
            href: format!("{prefix}{path}"),
            templated: path.contains('{'),
        };
        let named = paths.iter().map(|(name, path)| (name.clone(), link(path)));
        Self {
            links: named.chain([("self".to_owned(), link("/"))]).collect(),
        }
    }
}
