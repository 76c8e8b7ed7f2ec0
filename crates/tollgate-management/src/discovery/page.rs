//! The links as a page, for a person with a browser.

use axum::{
    http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_FRAME_OPTIONS},
    response::{Html, IntoResponse, Response},
};

use super::{Link, Links};

const STYLE: &str = include_str!("style.css");

/// Nothing is loaded, run, sent or framed. The one style is named by its digest; the icon is empty,
/// so that the browser asks for none.
const POLICY: &str = "default-src 'none'; \
                      style-src 'sha256-rn4CybrD+yglThNnLQZI897sdLAt1MOLIoLGIRe4zNU='; \
                      img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn render(links: &Links) -> Response {
    let items: String = links.links.values().map(item).collect();
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

/// What is templated leads nowhere until it is filled in.
fn item(link: &Link) -> String {
    let href = escape(&link.href);
    if link.templated {
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
    fn the_policy_names_the_style_by_its_digest() {
        let digest = STANDARD.encode(Sha256::digest(STYLE));
        assert!(POLICY.contains(&format!("'sha256-{digest}'")), "{digest}");
    }

    #[test]
    fn a_link_is_text() {
        let hostile = Link {
            href: "/\"><script>&".to_owned(),
            templated: false,
        };
        let item = item(&hostile);
        let escaped = "/&quot;&gt;&lt;script&gt;&amp;";
        assert_eq!(
            item,
            format!("<li><a href=\"{escaped}\">{escaped}</a></li>\n")
        );
    }
}
