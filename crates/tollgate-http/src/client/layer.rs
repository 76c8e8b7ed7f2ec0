//! The layer that measures outgoing calls.

use std::{borrow::Cow, fmt};

use tower_layer::Layer;

use super::{Client, ClientMetricsBuilder};
use crate::{BuildError, RequestMetrics, meter::Meter};

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
/// With [`endpoint_template`](ClientMetricsBuilder::endpoint_template) all but the last have that
/// label too.
///
/// The duration runs from the call to the end of the response's body. What a layer keeps is shared
/// by all its clones and lives as long as the process: build one for each client, not one for each
/// call.
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
#[derive(Clone)]
pub struct ClientMetricsLayer {
    meter: &'static Meter,
}

impl ClientMetricsLayer {
    /// Creates a layer for a client of this name, with the default names and nothing opted into.
    pub fn new(client: impl Into<Cow<'static, str>>) -> Self {
        Self {
            meter: ClientMetricsBuilder::new(client.into()).into_meter(),
        }
    }

    /// Starts to build a layer for a client of this name.
    pub fn builder(client: impl Into<Cow<'static, str>>) -> ClientMetricsBuilder {
        ClientMetricsBuilder::new(client.into())
    }

    pub(super) fn build(builder: ClientMetricsBuilder) -> Result<Self, BuildError> {
        let meter = builder.build_meter()?;
        Ok(Self { meter })
    }
}

impl<S> Layer<S> for ClientMetricsLayer {
    type Service = RequestMetrics<S, Client>;

    fn layer(&self, inner: S) -> Self::Service {
        RequestMetrics::new(inner, self.meter)
    }
}

impl fmt::Debug for ClientMetricsLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientMetricsLayer")
            .field("meter", &self.meter)
            .finish()
    }
}
