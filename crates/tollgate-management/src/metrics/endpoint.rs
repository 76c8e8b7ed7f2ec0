//! The endpoints `metrics` and `prometheus`.

use axum::http::{HeaderMap, HeaderValue, Uri, header::ACCEPT};
use tollgate_axum::MetricsReader;
use tollgate_exposition::Format;

use super::one;
use crate::{
    BuildError,
    endpoint::{Endpoint, Exposure},
    name::Name,
};

/// The ids of the endpoints.
pub(crate) const IDS: [&str; 2] = ["metrics", "prometheus"];

/// Returns the endpoints, which read everything through `reader`.
pub(crate) fn endpoints(reader: MetricsReader) -> [Endpoint; 2] {
    let content_type = Format::Text.content_type();
    let formats = reader.formats();
    let has_text = formats.is_empty() || formats.contains(&Format::Text);
    let fault = (!has_text).then(|| {
        BuildError::new(format!(
            "the exposition offers no text for /prometheus: offer {content_type:?}"
        ))
    });
    let [all, text] = [None, Some(HeaderValue::from_static(content_type))].map(|accept| {
        let reader = reader.clone();
        async move |uri: Uri, mut headers: HeaderMap| {
            if let Some(accept) = accept {
                headers.insert(ACCEPT, accept);
            }
            reader.answer(&headers, uri.query()).await
        }
    });
    let one = async move |Name(name): Name, uri: Uri| {
        one::metric(&reader, name, uri.query().unwrap_or_default()).await
    };
    let [mut metrics, prometheus] = IDS.map(Endpoint::new);
    metrics.fault = fault;
    [
        metrics
            .read(Exposure::Read, "", all)
            .read(Exposure::Read, "/{name}", one),
        prometheus.read(Exposure::Read, "", text),
    ]
}
