//! The layer that measures outgoing calls.

use std::sync::Arc;

use tower_layer::Layer;

use super::ClientMetrics;
use crate::{side::Client, start::Requests};

/// Records the duration and the outcome of every call to an HTTP client.
///
/// | Metric | Type | Labels |
/// |---|---|---|
/// | `http_client_request_duration_seconds` | histogram | client, method, status |
/// | `http_client_request_total` | counter | client, method, status |
/// | `http_client_request_exceptions_total` | counter | client, method, exception |
/// | `http_client_requests_in_flight` | gauge | client, method |
/// | `http_client_request_cancelled_total` | counter | client, method, phase |
/// | `http_client_endpoint_overflow_total` (with templates) | counter | client |
///
/// With [`endpoint_template`](super::ClientMetricsBuilder::endpoint_template) all but the last have that
/// label too.
///
/// The duration runs from the call to the end of the response's body. Clones share the layer's state:
/// build one for each client, not one for each call.
///
/// # Examples
///
/// ```
/// use http::{Request, Response};
/// use http_body_util::Empty;
/// use tollgate_http::client::ClientMetricsLayer;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = service_fn(async |_request: Request<Empty<&[u8]>>| {
/// #     Ok::<_, std::convert::Infallible>(Response::new(Empty::<&[u8]>::new()))
/// # });
/// let github = ServiceBuilder::new()
///     .layer(ClientMetricsLayer::new("github"))
///     .service(client);
///
/// let request = Request::get("https://api.github.com/zen").body(Empty::new())?;
/// github.oneshot(request).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ClientMetricsLayer {
    pub(super) calls: Arc<Requests<Client>>,
}

impl<S> Layer<S> for ClientMetricsLayer {
    type Service = ClientMetrics<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ClientMetrics {
            inner,
            calls: Arc::clone(&self.calls),
        }
    }
}
