//! Layer that measures requests.

use std::marker::PhantomData;

use tower_layer::Layer;

use crate::{Tower, service::RequestMetrics, side::Server, start::Requests};

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
/// A layer's state is never freed: it lives as long as the process, so that a request reaches it without
/// touching a reference count. Clones share it. Build a layer once and clone it, instead of building one
/// per router or per connection. A series is registered when it is first needed: install the recorder
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
#[derive(Debug, Clone)]
pub struct RequestMetricsLayer<H = Tower> {
    requests: &'static Requests<Server>,
    host: PhantomData<fn() -> H>,
}

impl<H> RequestMetricsLayer<H> {
    /// Adapts the layer to another host: a framework with routes and bodies of its own.
    pub fn for_host<T>(self, _host: T) -> RequestMetricsLayer<T> {
        RequestMetricsLayer::from_requests(self.requests)
    }

    pub(crate) fn from_requests(requests: &'static Requests<Server>) -> Self {
        Self {
            requests,
            host: PhantomData,
        }
    }
}

impl<S, H> Layer<S> for RequestMetricsLayer<H> {
    type Service = RequestMetrics<S, H>;

    fn layer(&self, inner: S) -> Self::Service {
        self.requests.begin_at_zero();
        RequestMetrics::new(inner, self.requests)
    }
}
