//! Extractor of the upgrade.

use std::{borrow::Cow, fmt, sync::Arc};

use axum::{
    Error,
    extract::{
        FromRequestParts, MatchedPath,
        ws::{OnFailedUpgrade, WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderValue, request::Parts},
    response::Response,
};

use super::{
    MeteredWebSocket, WebSocketMetrics,
    instruments::{Instruments, Outcome},
};

/// Endpoint of a websocket that no route matched.
const UNMATCHED: &str = "unmatched";

/// axum's [`WebSocketUpgrade`] whose websockets are measured.
///
/// | Metric | Type | Labels |
/// |---|---|---|
/// | `websockets_in_flight` | gauge | endpoint |
/// | `websocket_duration_seconds` | histogram | endpoint |
/// | `websocket_total` | counter | endpoint, outcome |
/// | `websocket_messages_total` | counter | endpoint, direction |
/// | `websocket_bytes_total` | counter | endpoint, direction |
///
/// The duration runs from the upgrade until the socket is dropped. Text and binary messages are
/// counted when the handler receives (`in`) or sends (`out`) them. [`WebSocketMetrics`] sets names and
/// recorder.
///
/// # Examples
///
/// ```
/// use axum::{Router, response::Response, routing::any};
/// use tollgate_axum::websocket::{MeteredWebSocket, MeteredWebSocketUpgrade};
///
/// async fn upgrade(upgrade: MeteredWebSocketUpgrade) -> Response {
///     upgrade.max_message_size(64 * 1024).on_upgrade(echo)
/// }
///
/// async fn echo(mut socket: MeteredWebSocket) {
///     while let Some(Ok(message)) = socket.recv().await {
///         if socket.send(message).await.is_err() {
///             break;
///         }
///     }
/// }
///
/// let app: Router = Router::new().route("/echo", any(upgrade));
/// ```
#[must_use]
pub struct MeteredWebSocketUpgrade<F = fn(Error)> {
    inner: WebSocketUpgrade,
    on_failed_upgrade: F,
    instruments: Arc<Instruments>,
}

impl<F> MeteredWebSocketUpgrade<F> {
    /// As [`WebSocketUpgrade::read_buffer_size`].
    pub fn read_buffer_size(self, size: usize) -> Self {
        self.with(|inner| inner.read_buffer_size(size))
    }

    /// As [`WebSocketUpgrade::write_buffer_size`].
    pub fn write_buffer_size(self, size: usize) -> Self {
        self.with(|inner| inner.write_buffer_size(size))
    }

    /// As [`WebSocketUpgrade::max_write_buffer_size`].
    pub fn max_write_buffer_size(self, max: usize) -> Self {
        self.with(|inner| inner.max_write_buffer_size(max))
    }

    /// As [`WebSocketUpgrade::max_message_size`].
    pub fn max_message_size(self, max: usize) -> Self {
        self.with(|inner| inner.max_message_size(max))
    }

    /// As [`WebSocketUpgrade::max_frame_size`].
    pub fn max_frame_size(self, max: usize) -> Self {
        self.with(|inner| inner.max_frame_size(max))
    }

    /// As [`WebSocketUpgrade::accept_unmasked_frames`].
    pub fn accept_unmasked_frames(self, accept: bool) -> Self {
        self.with(|inner| inner.accept_unmasked_frames(accept))
    }

    /// As [`WebSocketUpgrade::protocols`].
    pub fn protocols<I>(self, protocols: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<Cow<'static, str>>,
    {
        self.with(|inner| inner.protocols(protocols))
    }

    /// As [`WebSocketUpgrade::requested_protocols`].
    pub fn requested_protocols(&self) -> impl Iterator<Item = &HeaderValue> {
        self.inner.requested_protocols()
    }

    /// As [`WebSocketUpgrade::set_selected_protocol`].
    pub fn set_selected_protocol(&mut self, protocol: HeaderValue) {
        self.inner.set_selected_protocol(protocol);
    }

    /// As [`WebSocketUpgrade::selected_protocol`].
    pub fn selected_protocol(&self) -> Option<&HeaderValue> {
        self.inner.selected_protocol()
    }

    /// As [`WebSocketUpgrade::on_failed_upgrade`]. A failed upgrade is always counted.
    pub fn on_failed_upgrade<C: OnFailedUpgrade>(self, callback: C) -> MeteredWebSocketUpgrade<C> {
        MeteredWebSocketUpgrade {
            inner: self.inner,
            on_failed_upgrade: callback,
            instruments: self.instruments,
        }
    }

    /// As [`WebSocketUpgrade::on_upgrade`], with a measured socket.
    #[must_use = "to set up the WebSocket connection, this response must be returned"]
    pub fn on_upgrade<C, Fut>(self, callback: C) -> Response
    where
        C: FnOnce(MeteredWebSocket) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        F: OnFailedUpgrade,
    {
        let on_failed_upgrade = self.on_failed_upgrade;
        let failed = Arc::clone(&self.instruments);
        let upgraded = self.instruments;
        self.inner
            .on_failed_upgrade(move |error| {
                failed.count(Outcome::FailedUpgrade);
                on_failed_upgrade.call(error);
            })
            .on_upgrade(move |socket| callback(MeteredWebSocket::new(socket, upgraded)))
    }

    fn with(mut self, change: impl FnOnce(WebSocketUpgrade) -> WebSocketUpgrade) -> Self {
        self.inner = change(self.inner);
        self
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MeteredWebSocketUpgrade {
    type Rejection = WebSocketUpgradeRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let inner = WebSocketUpgrade::from_request_parts(parts, state).await?;
        let endpoint: Option<&MatchedPath> = parts.extensions.get();
        let endpoint = endpoint.map_or(UNMATCHED, MatchedPath::as_str);
        let metrics = parts.extensions.get::<WebSocketMetrics>();
        let metrics = metrics.unwrap_or_else(|| WebSocketMetrics::global());
        Ok(Self {
            inner,
            on_failed_upgrade: drop,
            instruments: metrics.instruments(endpoint),
        })
    }
}

impl<F> fmt::Debug for MeteredWebSocketUpgrade<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeteredWebSocketUpgrade")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
