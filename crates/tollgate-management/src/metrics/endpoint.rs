//! The endpoints `metrics` and `prometheus`.

use axum::http::{HeaderMap, HeaderValue, Uri, header::ACCEPT};
use tollgate_axum::{Guard, MetricsRoute};
use tollgate_exposition::{Exposition, Format};

use super::one;
use crate::{
    ManagementError,
    endpoint::{Endpoint, Exposure},
    name::Name,
};

/// The ids of the endpoints.
pub(crate) const IDS: [&str; 2] = ["metrics", "prometheus"];

/// The metrics of an exposition: `/metrics`, `/metrics/{name}` and `/prometheus`.
///
/// - `/metrics` answers as a [`MetricsRoute`] does, in every format that the exposition offers.
///   `Accept: application/json` gets the sorted names of all metrics.
/// - `/metrics/{name}?tag=key:value` is one metric, summed over the series with all of the tags, and
///   the tags that tell these series apart.
/// - `/prometheus` is the text, whatever is accepted.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tollgate_exposition::Exposition;
/// use tollgate_management::{ManagementBuilder, MetricsEndpoint, management_router};
///
/// fn management(exposition: impl Exposition) -> ManagementBuilder {
///     let metrics = MetricsEndpoint::new(exposition).route(|route| {
///         route
///             .before_render(async || metrics::gauge!("orders_waiting").set(3))
///             .timeout(Duration::from_secs(5))
///     });
///     management_router().metrics(metrics)
/// }
/// ```
#[derive(Debug)]
#[must_use]
pub struct MetricsEndpoint {
    route: MetricsRoute,
    has_text: bool,
}

impl MetricsEndpoint {
    /// Serves `exposition`.
    pub fn new<E: Exposition>(exposition: E) -> Self {
        let formats = exposition.formats();
        Self {
            has_text: formats.is_empty() || formats.contains(&Format::Text),
            route: MetricsRoute::new(exposition, Guard::Open),
        }
    }

    /// Changes the settings of the route that reads everything: its hook, limits and timeout. The guard
    /// is the router's.
    pub fn route(mut self, set: impl FnOnce(MetricsRoute) -> MetricsRoute) -> Self {
        self.route = set(self.route);
        self
    }

    pub(crate) fn into_endpoints(self) -> Result<[Endpoint; 2], ManagementError> {
        if !self.has_text {
            let message = format!(
                "the exposition offers no text for /prometheus: offer {:?}",
                Format::Text.content_type()
            );
            return Err(ManagementError::new(message));
        }
        let reader = self.route.into_reader();
        let all = {
            let reader = reader.clone();
            async move |uri: Uri, headers: HeaderMap| reader.answer(&headers, uri.query()).await
        };
        let text = {
            let reader = reader.clone();
            async move |uri: Uri, mut headers: HeaderMap| {
                let text = HeaderValue::from_static(Format::Text.content_type());
                headers.insert(ACCEPT, text);
                reader.answer(&headers, uri.query()).await
            }
        };
        let one = async move |Name(name): Name, uri: Uri| {
            one::metric(&reader, name, uri.query().unwrap_or_default()).await
        };
        let [metrics, prometheus] = IDS.map(Endpoint::new);
        Ok([
            metrics
                .read(Exposure::Read, "", all)
                .read(Exposure::Read, "/{name}", one),
            prometheus.read(Exposure::Read, "", text),
        ])
    }
}

impl<E: Exposition> From<E> for MetricsEndpoint {
    fn from(exposition: E) -> Self {
        Self::new(exposition)
    }
}
