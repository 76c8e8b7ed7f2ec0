//! Metrics that websockets record into.

use std::sync::{Arc, OnceLock};

use tollgate_families::{Bounded, BuildError, Families, OVERFLOW, family_setters};

use super::{
    instruments::Instruments,
    names::{WebSocketLabel, WebSocketMetric},
};

/// Maximum number of endpoints with series of their own.
const MAX_ENDPOINTS: usize = 1_000;

/// Metrics that [`MeteredWebSocketUpgrade`](super::MeteredWebSocketUpgrade) records into.
///
/// You need to build them only for other names than the default or another recorder than the global
/// one: the extractor takes them from an [`Extension`](axum::Extension) of the request. Clones share
/// their series, which are registered once for each endpoint. All endpoints beyond the first 1,000,
/// and those of more than 512 bytes, are the endpoint `overflow`.
///
/// # Examples
///
/// ```
/// use axum::{Extension, Router, response::Response, routing::any};
/// use tollgate_axum::websocket::{
///     MeteredWebSocketUpgrade, WebSocketLabel, WebSocketMetric, WebSocketMetrics,
/// };
///
/// async fn echo(upgrade: MeteredWebSocketUpgrade) -> Response {
///     upgrade.on_upgrade(async |mut socket| {
///         while let Some(Ok(message)) = socket.recv().await {
///             if socket.send(message).await.is_err() {
///                 break;
///             }
///         }
///     })
/// }
///
/// let metrics = WebSocketMetrics::builder()
///     .rename(WebSocketMetric::InFlight, "coderd_api_concurrent_websockets")
///     .rename(WebSocketMetric::Duration, "coderd_api_websocket_durations_seconds")
///     .rename_label(WebSocketLabel::Endpoint, "path")
///     .build()?;
/// let app: Router = Router::new()
///     .route("/echo", any(echo))
///     .layer(Extension(metrics));
/// # Ok::<(), tollgate_axum::BuildError>(())
/// ```
#[derive(Debug, Clone)]
pub struct WebSocketMetrics(Arc<Endpoints>);

/// Handles of each endpoint.
#[derive(Debug)]
struct Endpoints {
    families: Families<WebSocketMetric>,
    known: Bounded<str, Arc<Instruments>>,
}

/// Builder of [`WebSocketMetrics`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct WebSocketMetricsBuilder {
    families: Families<WebSocketMetric>,
}

impl WebSocketMetrics {
    /// Returns a builder with the default names and the global recorder.
    pub fn builder() -> WebSocketMetricsBuilder {
        WebSocketMetricsBuilder {
            families: Families::default(),
        }
    }

    /// Returns the metrics of upgrades whose request has no others.
    pub(super) fn global() -> &'static Self {
        static GLOBAL: OnceLock<WebSocketMetrics> = OnceLock::new();
        GLOBAL.get_or_init(|| Self::new(Families::default()))
    }

    pub(super) fn instruments(&self, endpoint: &str) -> Arc<Instruments> {
        let Endpoints { families, known } = &*self.0;
        known.get(endpoint, |endpoint| {
            Arc::new(Instruments::register(
                families,
                endpoint.unwrap_or(OVERFLOW),
            ))
        })
    }

    fn new(families: Families<WebSocketMetric>) -> Self {
        let known = Bounded::new(MAX_ENDPOINTS);
        Self(Arc::new(Endpoints { families, known }))
    }
}

impl WebSocketMetricsBuilder {
    family_setters!(names: WebSocketMetric, WebSocketLabel);
    family_setters!(recorder);

    /// Builds the metrics.
    ///
    /// # Errors
    ///
    /// If Prometheus does not accept a name, or if two metrics or two labels of one metric share one.
    pub fn build(self) -> Result<WebSocketMetrics, BuildError> {
        self.families.names.check(|_| Vec::new())?;
        Ok(WebSocketMetrics::new(self.families))
    }
}

#[cfg(test)]
mod tests {
    use metrics_util::debugging::DebuggingRecorder;

    use super::*;

    #[test]
    fn endpoints_beyond_the_maximum_share_their_series() {
        let recorder = DebuggingRecorder::new();
        let metrics = WebSocketMetrics::builder();
        let metrics = metrics.recorder(Arc::new(recorder)).build().unwrap();
        for n in 0..MAX_ENDPOINTS {
            metrics.instruments(&format!("/{n}"));
        }
        let overflow = metrics.instruments("/one-more");

        assert!(Arc::ptr_eq(&overflow, &metrics.instruments("/another")));
        let known = metrics.instruments("/7");
        assert!(Arc::ptr_eq(&known, &metrics.instruments("/7")));
        assert!(!Arc::ptr_eq(&known, &overflow));
    }

    #[test]
    fn names_that_collide_are_refused() {
        let metrics = WebSocketMetrics::builder();
        let metrics = metrics.rename(WebSocketMetric::Total, "websocket_bytes_total");
        let message = metrics.build().unwrap_err().to_string();
        assert!(message.contains("\"websocket_bytes_total\""), "{message}");
    }
}
