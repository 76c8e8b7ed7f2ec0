//! The links as a page for browsers.

use axum::{
    http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_FRAME_OPTIONS},
    response::{Html, IntoResponse, Response},
};

const STYLE: &str = include_str!("style.css");

/// Policy that forbids loading, scripts, forms and frames. It allows the style by its digest, and an
/// empty icon, so that the browser requests none.
const POLICY: &str = "default-src 'none'; \
                      style-src 'sha256-rn4CybrD+yglThNnLQZI897sdLAt1MOLIoLGIRe4zNU='; \
                      img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Returns the page of links to `paths` below `prefix`.
pub(super) fn render<'a>(prefix: &str, paths: impl Iterator<Item = &'a String>) -> Response {
    let items: String = paths.map(|path| item(prefix, path)).collect();
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Management</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Management</h1>\n\
         <p>The endpoints that you may see.</p>\n<ul>\n{items}</ul>\n</main>\n</body>\n</html>\n"
    );
    let headers = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (X_FRAME_OPTIONS, "DENY"),
    ];
    (headers, Html(page)).into_response()
}

/// Returns the item of a link. A templated one is text: its path leads nowhere.
fn item(prefix: &str, path: &str) -> String {
    let href = escape(&format!("{prefix}{path}"));
    if path.contains('{') {
        format!("<li><code>{href}</code></li>\n")
    } else {
        format!("<li><a href=\"{href}\">{href}</a></li>\n")
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn policy_allows_the_style_by_its_digest() {
        let digest = STANDARD.encode(Sha256::digest(STYLE));
        assert!(POLICY.contains(&format!("'sha256-{digest}'")), "{digest}");
    }

    #[test]
    fn link_is_escaped() {
        let item = item("/\"", "><script>&");
        let escaped = "/&quot;&gt;&lt;script&gt;&amp;";
        assert_eq!(
            item,
            format!("<li><a href=\"{escaped}\">{escaped}</a></li>\n")
        );
    }
}
