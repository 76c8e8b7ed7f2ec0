//! The endpoint at the root.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::OriginalUri,
    http::{
        HeaderMap, Uri,
        header::{ACCEPT, VARY},
    },
    response::{IntoResponse, Response},
};
use mediatype::{MediaTypeList, Name, ReadParams};
use serde_json::json;

use super::page;
use crate::endpoint::{Endpoint, Exposure};

/// Id of the endpoint.
pub(crate) const ID: &str = "discovery";

/// Paths that the caller may see, by name.
pub(crate) type Paths = BTreeMap<String, String>;

/// Returns the endpoint at the root, which shows `paths` and itself.
pub(crate) fn endpoint(mut paths: Paths) -> Endpoint {
    paths.insert("self".to_owned(), "/".to_owned());
    let paths = Arc::new(paths);
    let mut endpoint = Endpoint::new(ID);
    endpoint.path.clear();
    endpoint.read(
        Exposure::Read,
        "",
        async move |OriginalUri(full): OriginalUri, nested: Uri, headers: HeaderMap| {
            let prefix = prefix(&full, &nested);
            let response = if prefers_html(&headers) {
                page::render(prefix, paths.values())
            } else {
                links(prefix, &paths)
            };
            ([(VARY, "Accept")], response)
        },
    )
}

/// Answers `{"_links":{"health":{"href":"/health","templated":false}}}`, as Spring and Micronaut do.
fn links(prefix: &str, paths: &Paths) -> Response {
    let links: BTreeMap<_, _> = paths
        .iter()
        .map(|(name, path)| {
            let href = format!("{prefix}{path}");
            (
                name,
                json!({ "href": href, "templated": path.contains('{') }),
            )
        })
        .collect();
    Json(json!({ "_links": links })).into_response()
}

/// Returns the path at which the router is nested.
fn prefix<'a>(full: &'a Uri, nested: &Uri) -> &'a str {
    let full = full.path();
    let prefix = full.strip_suffix(nested.path()).unwrap_or(full);
    prefix.strip_suffix('/').unwrap_or(prefix)
}

/// Returns whether `Accept` names HTML, and prefers it at least as much as JSON.
fn prefers_html(headers: &HeaderMap) -> bool {
    let accept: Vec<_> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let accept = accept.join(",");
    let quality = |essence: &str| {
        MediaTypeList::new(&accept)
            .flatten()
            .filter(|media| media.essence().to_string().eq_ignore_ascii_case(essence))
            .map(|media| match media.get_param(Name::new_unchecked("q")) {
                Some(q) => q.as_str().parse::<f32>().unwrap_or(0.0),
                None => 1.0,
            })
            .fold(0.0, f32::max)
    };
    let html = quality("text/html");
    html > 0.0 && html >= quality("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_html(expected: bool, accept: &[&str]) {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(ACCEPT, value.parse().unwrap());
        }
        assert_eq!(prefers_html(&headers), expected, "{accept:?}");
    }

    #[test]
    fn html_is_sent_only_if_accept_names_it() {
        let chromium = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for accept in [
            &[chromium][..],
            &["image/png", "Text/HTML"],
            &["text/html;q=0.1"],
        ] {
            assert_html(true, accept);
        }
        for accept in [
            &[][..],
            &["*/*"],
            &["application/json"],
            &["text/html;q=0"],
            &["text/html;q=0.5, application/json"],
            &["text/html;q=x"],
        ] {
            assert_html(false, accept);
        }
    }

    #[test]
    fn nested_router_links_below_its_prefix() {
        for (full, nested, expected) in [
            ("/", "/", ""),
            ("/management", "/", "/management"),
            ("/management/", "/", "/management"),
            ("/a/b", "/", "/a/b"),
        ] {
            let full = full.parse().unwrap();
            assert_eq!(prefix(&full, &nested.parse().unwrap()), expected);
        }
    }
}
