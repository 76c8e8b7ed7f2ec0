//! What there is: the endpoints that the caller may see, as links.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::OriginalUri,
    http::Uri,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::endpoint::{Endpoint, Exposure};

/// The id of the endpoint at the root.
pub(crate) const ID: &str = "discovery";

/// The links that may be seen, by their names.
pub(crate) type Paths = BTreeMap<String, String>;

/// The endpoint at the root, which shows `paths`.
pub(crate) fn endpoint(paths: Paths) -> Endpoint {
    let paths = Arc::new(paths);
    Endpoint::at_root(ID).read(
        Exposure::Read,
        "",
        move |OriginalUri(original): OriginalUri, uri: Uri| {
            let paths = Arc::clone(&paths);
            async move { links(&paths, prefix(&original, &uri)) }
        },
    )
}

/// `{"_links":{"health":{"href":"/health"}}}`, as Spring and Micronaut have it.
#[derive(Debug, Serialize)]
struct Links {
    #[serde(rename = "_links")]
    links: BTreeMap<String, Link>,
}

#[derive(Debug, Serialize)]
struct Link {
    href: String,
    templated: bool,
}

fn links(paths: &Paths, prefix: &str) -> Response {
    let links = paths
        .iter()
        .map(|(name, path)| {
            let link = Link {
                href: format!("{prefix}{path}"),
                templated: path.contains('{'),
            };
            (name.clone(), link)
        })
        .collect();
    Json(Links { links }).into_response()
}

/// Where the router is nested: what was asked for, without what is left of it here.
fn prefix<'a>(original: &'a Uri, here: &Uri) -> &'a str {
    let original = original.path();
    let prefix = original.strip_suffix(here.path()).unwrap_or(original);
    prefix.strip_suffix('/').unwrap_or(prefix)
}
