//! The layer that measures requests.

use std::{fmt, marker::PhantomData};

use tower_layer::Layer;

use crate::{RequestMetrics, RequestMetricsBuilder, Tower, meter::Meter};

/// Records the duration, the outcome and the endpoint of every request to a service.
///
/// | Metric | Type | Labels |
/// |---|---|---|
/// | `http_request_duration_seconds` | histogram | method, endpoint, status |
/// | `http_request_total` | counter | method, endpoint, status |
/// | `http_request_exceptions_total` | counter | method, endpoint, exception |
/// | `http_requests_in_flight` | gauge | method, endpoint |
/// | `http_request_cancelled_total` | counter | method, endpoint, phase |
/// | `http_request_size_bytes`, `http_response_size_bytes` (opt-in) | histogram | method, endpoint |
/// | `http_endpoint_overflow_total` | counter | – |
///
/// What a layer keeps per endpoint is shared by all its clones and lives as long as the process:
/// build a layer once and clone it, rather than building one per router or per connection. The
/// recorder, too, is asked for each series once, when the series is first needed: install it
/// before the first request.
///
/// # Examples
///
/// ```
/// use http::{Request, Response};
/// use http_body_util::Empty;
/// use tollgate_http::{RequestMetricsLayer, Route};
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = ServiceBuilder::new()
///     .layer(RequestMetricsLayer::new())
///     .service(service_fn(async |_request: Request<Empty<&[u8]>>| {
///         Ok::<_, std::convert::Infallible>(Response::new(Empty::<&[u8]>::new()))
///     }));
///
/// let request = Request::builder()
///     .uri("/users/42")
///     .extension(Route::from("/users/{id}"))
///     .body(Empty::new())?;
/// service.oneshot(request).await?;
/// # Ok(())
/// # }
/// ```
pub struct RequestMetricsLayer<H = Tower> {
    meter: &'static Meter,
    host: PhantomData<fn() -> H>,
}

impl RequestMetricsLayer {
    /// Creates a layer with the default names and nothing opted into.
    #[expect(
        clippy::new_without_default,
        reason = "each call creates state that lives as long as the process"
    )]
    pub fn new() -> Self {
        Self::from_meter(RequestMetricsBuilder::default().into_meter())
    }

    /// Starts to build a layer.
    pub fn builder() -> RequestMetricsBuilder {
        RequestMetricsBuilder::default()
    }
}

impl<H> RequestMetricsLayer<H> {
    /// Serves another host: a framework with routes and bodies of its own.
    pub fn for_host<T>(self, _host: T) -> RequestMetricsLayer<T> {
        RequestMetricsLayer::from_meter(self.meter)
    }

    pub(crate) fn from_meter(meter: &'static Meter) -> Self {
        Self {
            meter,
            host: PhantomData,
        }
    }
}

impl<S, H> Layer<S> for RequestMetricsLayer<H> {
    type Service = RequestMetrics<S, H>;

    fn layer(&self, inner: S) -> Self::Service {
        RequestMetrics::new(inner, self.meter)
    }
}

impl<H> Clone for RequestMetricsLayer<H> {
    fn clone(&self) -> Self {
        Self::from_meter(self.meter)
    }
}

impl<H> fmt::Debug for RequestMetricsLayer<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestMetricsLayer")
            .field("meter", &self.meter)
            .finish_non_exhaustive()
    }
}
