//! What is recorded of websockets, and under which names.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use metrics::Recorder;

use super::instruments::Instruments;

/// How many endpoints are kept apart.
const ENDPOINT_CAP: usize = 1_000;

/// The endpoint of every websocket beyond [`ENDPOINT_CAP`].
const OVERFLOW: &str = "overflow";

/// A metric of websockets, by its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebSocketMetric {
    /// `websockets_in_flight{endpoint}`, gauge.
    InFlight,
    /// `websocket_duration_seconds{endpoint}`, histogram.
    Duration,
    /// `websocket_total{endpoint, outcome}`, counter.
    Total,
    /// `websocket_messages_total{endpoint, direction}`, counter.
    Messages,
    /// `websocket_bytes_total{endpoint, direction}`, counter.
    Bytes,
}

/// A label of the metrics of websockets, by its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebSocketLabel {
    /// `endpoint`: the route's template, `unmatched` or `overflow`.
    Endpoint,
    /// `outcome`: `closed`, `lost`, `dropped`, `panic` or `failed_upgrade`.
    Outcome,
    /// `direction`: `in` or `out`.
    Direction,
}

/// What [`MeteredWebSocketUpgrade`](super::MeteredWebSocketUpgrade) records into.
///
/// There is no need for one unless names or the recorder are to be others than the default: the
/// extractor takes it from an [`Extension`](axum::Extension) of the request. Clones share what they
/// keep; the recorder is asked for the series of an endpoint once.
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
///     .build();
/// let app: Router = Router::new()
///     .route("/echo", any(echo))
///     .layer(Extension(metrics));
/// ```
#[derive(Clone)]
pub struct WebSocketMetrics {
    shared: Arc<Shared>,
}

struct Shared {
    names: Names,
    recorder: Option<Arc<dyn Recorder + Send + Sync>>,
    endpoints: RwLock<HashMap<Box<str>, Arc<Instruments>>>,
    overflow: OnceLock<Arc<Instruments>>,
}

/// Builds [`WebSocketMetrics`].
///
/// Names are taken as they are given: a recorder mends what Prometheus does not accept.
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct WebSocketMetricsBuilder {
    names: Names,
    recorder: Option<Arc<dyn Recorder + Send + Sync>>,
}

/// The names of metrics, none where one is left out, and of labels, by role.
#[derive(Debug, Clone)]
pub(super) struct Names {
    namespace: Cow<'static, str>,
    metrics: [Option<Cow<'static, str>>; 5],
    labels: [Cow<'static, str>; 3],
}

impl WebSocketMetrics {
    /// Starts to build with the default names and the global recorder.
    pub fn builder() -> WebSocketMetricsBuilder {
        WebSocketMetricsBuilder {
            names: Names::default(),
            recorder: None,
        }
    }

    /// What is recorded into where nothing else was said.
    pub(super) fn global() -> &'static Self {
        static GLOBAL: OnceLock<WebSocketMetrics> = OnceLock::new();
        GLOBAL.get_or_init(|| Self::builder().build())
    }

    pub(super) fn instruments(&self, endpoint: &str) -> Arc<Instruments> {
        let known = self
            .shared
            .endpoints
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let (found, is_full) = (known.get(endpoint).cloned(), known.len() >= ENDPOINT_CAP);
        drop(known);
        if let Some(instruments) = found {
            return instruments;
        }
        if !is_full {
            let mut endpoints = self
                .shared
                .endpoints
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            // Others may have filled it meanwhile.
            if endpoints.len() < ENDPOINT_CAP || endpoints.contains_key(endpoint) {
                let instruments = endpoints
                    .entry(endpoint.into())
                    .or_insert_with(|| self.register(endpoint));
                return Arc::clone(instruments);
            }
        }
        let overflow = || self.register(OVERFLOW);
        Arc::clone(self.shared.overflow.get_or_init(overflow))
    }

    fn register(&self, endpoint: &str) -> Arc<Instruments> {
        let register = |recorder: &dyn Recorder| {
            Arc::new(Instruments::register(
                recorder,
                &self.shared.names,
                endpoint,
            ))
        };
        match &self.shared.recorder {
            Some(recorder) => register(recorder.as_ref()),
            None => metrics::with_recorder(register),
        }
    }
}

impl WebSocketMetricsBuilder {
    /// Puts a namespace before every name: `shop` gives `shop_websockets_in_flight`.
    pub fn namespace(mut self, namespace: impl Into<Cow<'static, str>>) -> Self {
        self.names.namespace = namespace.into();
        self
    }

    /// Renames a metric. The namespace, if there is one, still goes before it.
    pub fn rename(mut self, metric: WebSocketMetric, name: impl Into<Cow<'static, str>>) -> Self {
        self.names.metrics[metric as usize] = Some(name.into());
        self
    }

    /// Leaves a metric out.
    pub fn without(mut self, metric: WebSocketMetric) -> Self {
        self.names.metrics[metric as usize] = None;
        self
    }

    /// Renames a label in all metrics.
    pub fn rename_label(
        mut self,
        label: WebSocketLabel,
        name: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.names.labels[label as usize] = name.into();
        self
    }

    /// Registers the series with this recorder instead of the global one.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.recorder = Some(recorder);
        self
    }

    /// Ends the settings.
    pub fn build(self) -> WebSocketMetrics {
        WebSocketMetrics {
            shared: Arc::new(Shared {
                names: self.names,
                recorder: self.recorder,
                endpoints: RwLock::default(),
                overflow: OnceLock::new(),
            }),
        }
    }
}

impl Names {
    /// The full name of a metric, none where it is left out.
    pub(super) fn metric(&self, metric: WebSocketMetric) -> Option<String> {
        let name = self.metrics[metric as usize].as_deref()?;
        Some(match self.namespace.as_ref() {
            "" => name.to_owned(),
            namespace => format!("{namespace}_{name}"),
        })
    }

    pub(super) fn label(&self, label: WebSocketLabel) -> String {
        self.labels[label as usize].clone().into_owned()
    }
}

impl Default for Names {
    fn default() -> Self {
        Self {
            namespace: Cow::Borrowed(""),
            metrics: [
                "websockets_in_flight",
                "websocket_duration_seconds",
                "websocket_total",
                "websocket_messages_total",
                "websocket_bytes_total",
            ]
            .map(|name| Some(Cow::Borrowed(name))),
            labels: ["endpoint", "outcome", "direction"].map(Cow::Borrowed),
        }
    }
}

impl fmt::Debug for WebSocketMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocketMetrics")
            .field("names", &self.shared.names)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for WebSocketMetricsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocketMetricsBuilder")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use metrics_util::debugging::DebuggingRecorder;

    use super::*;

    #[test]
    fn endpoints_beyond_the_cap_are_one() {
        let recorder = DebuggingRecorder::new();
        let metrics = WebSocketMetrics::builder();
        let metrics = metrics.recorder(Arc::new(recorder)).build();
        for n in 0..ENDPOINT_CAP {
            metrics.instruments(&format!("/{n}"));
        }
        let overflow = metrics.instruments("/one-more");

        assert!(Arc::ptr_eq(&overflow, &metrics.instruments("/another")));
        let known = metrics.instruments("/7");
        assert!(Arc::ptr_eq(&known, &metrics.instruments("/7")));
        assert!(!Arc::ptr_eq(&known, &overflow));
    }
}
