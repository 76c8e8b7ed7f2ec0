//! The endpoints `metrics` and `prometheus`.

use axum::{
    Router,
    http::{HeaderMap, Uri, header::ACCEPT},
};
use tollgate_axum::{Exposition, Format, Guard, MetricsRoute, RouterExt};

use super::{
    catalogue::Catalogue,
    scrapes::{Scrapes, accept},
};
use crate::{
    ManagementError, ManagementErrorKind,
    endpoint::{Endpoint, Exposure},
    name::Name,
};

/// The ids of the endpoints.
pub(crate) const IDS: [&str; 2] = ["metrics", "prometheus"];

/// The metrics of an exposition: `/metrics`, `/metrics/{name}` and `/prometheus`.
///
/// - `/metrics` answers as a [`MetricsRoute`] does, in every format that the exposition offers, and
///   with the sorted names of all metrics to who accepts `application/json`.
/// - `/metrics/{name}?tag=key:value` is one metric, summed over the series that have all of the tags,
///   with the tags that these have besides.
/// - `/prometheus` is the text, whatever is accepted.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tollgate_axum::Exposition;
/// use tollgate_management::{ManagementBuilder, Metrics, management_router};
///
/// fn management(exposition: impl Exposition) -> ManagementBuilder {
///     let metrics = Metrics::new(exposition).route(|route| {
///         route
///             .before_render(async || metrics::gauge!("orders_waiting").set(3))
///             .timeout(Duration::from_secs(5))
///     });
///     management_router().metrics(metrics)
/// }
/// ```
#[derive(Debug)]
#[must_use]
pub struct Metrics {
    route: MetricsRoute,
    has_text: bool,
}

impl Metrics {
    /// Serves `exposition`.
    pub fn new<E: Exposition>(exposition: E) -> Self {
        let formats = exposition.formats();
        Self {
            has_text: formats.is_empty() || formats.contains(&Format::TEXT_0_0_4),
            route: MetricsRoute::new(Catalogue::new(exposition)),
        }
    }

    /// Sets up the route that everything is rendered by: what is done before, and how much at once.
    /// The guard is the router's, whatever is said here.
    pub fn route(mut self, set: impl FnOnce(MetricsRoute) -> MetricsRoute) -> Self {
        self.route = set(self.route);
        self
    }

    pub(crate) fn into_endpoints(self) -> Result<[Endpoint; 2], ManagementError> {
        let refused = |message| ManagementError::new(ManagementErrorKind::Exposition, message);
        if !self.has_text {
            return Err(refused(format!(
                "the exposition has no text, which names and tags are read from: offer {:?}",
                Format::TEXT_0_0_4.content_type()
            )));
        }
        let route = self.route.guard(Guard::Open);
        let router = Router::new().mount_metrics_route("/", route);
        let scrapes = Scrapes::new(router.map_err(|e| refused(e.to_string()))?);

        let all = {
            let scrapes = scrapes.clone();
            async move |uri: Uri, headers: HeaderMap| {
                scrapes.ask(uri.query().unwrap_or_default(), headers).await
            }
        };
        let one = {
            let scrapes = scrapes.clone();
            async move |Name(name): Name, uri: Uri| {
                scrapes.metric(&name, uri.query().unwrap_or_default()).await
            }
        };
        let text = async move |uri: Uri, mut headers: HeaderMap| {
            headers.insert(ACCEPT, accept(Format::TEXT_0_0_4));
            scrapes.ask(uri.query().unwrap_or_default(), headers).await
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

impl<E: Exposition> From<E> for Metrics {
    fn from(exposition: E) -> Self {
        Self::new(exposition)
    }
}
