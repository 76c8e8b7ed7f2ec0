//! What there is: the endpoints that the caller may see, as links or as a page of them.

mod page;

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
use serde::Serialize;

use crate::endpoint::{Endpoint, Exposure};

/// The id of the endpoint at the root.
pub(crate) const ID: &str = "discovery";

/// The paths that may be seen, by their names.
pub(crate) type Paths = BTreeMap<String, String>;

/// The endpoint at the root, which shows `paths`.
pub(crate) fn endpoint(paths: Paths) -> Endpoint {
    let paths = Arc::new(paths);
    Endpoint::at_root(ID).read(
        Exposure::Read,
        "",
        async move |OriginalUri(asked): OriginalUri, here: Uri, headers: HeaderMap| {
            discover(&paths, prefix(&asked, &here), &headers)
        },
    )
}

/// `{"_links":{"health":{"href":"/health","templated":false}}}`, as Spring and Micronaut have it.
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

fn discover(paths: &Paths, prefix: &str, headers: &HeaderMap) -> Response {
    let link = |path: &String| Link {
        href: format!("{prefix}{path}"),
        templated: path.contains('{'),
    };
    let links = paths
        .iter()
        .map(|(name, path)| (name.clone(), link(path)))
        .chain([("self".to_owned(), link(&"/".to_owned()))])
        .collect();
    let links = Links { links };
    let response = if wants_html(headers) {
        page::render(&links)
    } else {
        Json(links).into_response()
    };
    ([(VARY, "Accept")], response).into_response()
}

/// Where the router is nested: what was asked for, without what is left of it here.
fn prefix<'a>(asked: &'a Uri, here: &Uri) -> &'a str {
    let asked = asked.path();
    let prefix = asked.strip_suffix(here.path()).unwrap_or(asked);
    prefix.strip_suffix('/').unwrap_or(prefix)
}

/// Whether HTML is asked for by name, and at least as much as JSON.
fn wants_html(headers: &HeaderMap) -> bool {
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
        assert_eq!(wants_html(&headers), expected, "{accept:?}");
    }

    #[test]
    fn html_is_for_who_asks_for_it_by_name() {
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
    fn a_nested_router_links_below_its_prefix() {
        for (asked, here, expected) in [
            ("/", "/", ""),
            ("/management", "/", "/management"),
            ("/management/", "/", "/management"),
            ("/a/b", "/", "/a/b"),
        ] {
            let asked = asked.parse().unwrap();
            assert_eq!(prefix(&asked, &here.parse().unwrap()), expected);
        }
    }
}
