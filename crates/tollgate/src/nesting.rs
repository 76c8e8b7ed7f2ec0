//! Wrapped routers within wrapped routers.

use std::{
    cell::Cell,
    convert::Infallible,
    pin::Pin,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    task::{Context, Poll},
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{self, Response, StatusCode},
    middleware::Next,
    response::IntoResponse,
    routing::{Route, future::RouteFuture},
};
use tollgate_axum::Axum;
use tollgate_http::{BodyGuard, Host, RequestMetricsLayer};
use tower_layer::Layer;
use tower_service::Service;

/// Number of routers that this process has wrapped. Of two, one may be within the other.
static WRAPS: AtomicUsize = AtomicUsize::new(0);

/// Whether a route of a suite is within a wrapped router. Until then, requests to routes have no mark.
static NESTS: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether this thread has cloned a route of a suite.
    static CLONED: Cell<bool> = const { Cell::new(false) };
}

/// The layer of a suite's requests, of which the outermost alone measures a request.
#[derive(Debug, Clone)]
pub(crate) struct OutermostLayer(RequestMetricsLayer<Outermost>);

/// The host of the suite's requests: [`Axum`], where a layer leaves alone what has a mark.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outermost;

/// A measured route.
#[derive(Debug, Clone)]
pub(crate) struct Telling(Route, Tell);

/// Part of a suite's routes that tells when it is cloned: axum clones a route with all that is in it.
#[derive(Debug)]
pub(crate) struct Tell;

/// Request extension: the layer of a suite measures the request.
#[derive(Clone)]
struct Measured;

/// Notes that a router is wrapped.
pub(crate) fn note_wrap() {
    WRAPS.fetch_add(1, Ordering::Relaxed);
}

/// Answers 404 in place of a metrics route within a wrapped router: the metrics are at the outer endpoint.
pub(crate) async fn hide_if_nested(
    _: State<Tell>,
    request: Request,
    next: Next,
) -> axum::response::Response {
    if request.extensions().get::<Measured>().is_some() {
        warn();
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}

impl OutermostLayer {
    pub(crate) fn new(requests: RequestMetricsLayer) -> Self {
        Self(requests.for_host(Outermost))
    }
}

impl Layer<Route> for OutermostLayer {
    type Service = <RequestMetricsLayer<Outermost> as Layer<Telling>>::Service;

    fn layer(&self, route: Route) -> Self::Service {
        if WRAPS.load(Ordering::Relaxed) > 1 && !NESTS.load(Ordering::Relaxed) {
            CLONED.set(false);
            drop(route.clone());
            NESTS.fetch_or(CLONED.get(), Ordering::Relaxed);
        }
        self.0.layer(Telling(route, Tell))
    }
}

impl Clone for Tell {
    #[inline]
    fn clone(&self) -> Self {
        CLONED.set(true);
        Self
    }
}

impl Service<Request> for Telling {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Service::<Request>::poll_ready(&mut self.0, cx)
    }

    #[inline]
    fn call(&mut self, request: Request) -> Self::Future {
        self.0.call(request)
    }
}

impl Host<Body> for Outermost {
    type Body = Body;

    #[inline]
    fn claim<R>(request: &mut http::Request<R>) -> bool {
        WRAPS.load(Ordering::Relaxed) <= 1 || claim(request)
    }

    #[inline]
    fn route<R>(request: &http::Request<R>) -> Option<&str> {
        <Axum as Host<Body>>::route(request)
    }

    #[inline]
    fn poll_response<F, E>(
        future: Pin<&mut F>,
        cx: &mut Context<'_>,
        end: impl FnOnce(&Poll<F::Output>) -> Option<BodyGuard>,
    ) -> Poll<Result<Response<Body>, E>>
    where
        F: Future<Output = Result<Response<Body>, E>>,
    {
        <Axum as Host<Body>>::poll_response(future, cx, end)
    }
}

/// Returns whether a request has no mark, and marks it if a wrapped router may be further in: one that is
/// nested as a service, or a fallback, gets requests that no route matched.
fn claim<R>(request: &mut http::Request<R>) -> bool {
    if request.extensions().get::<Measured>().is_some() {
        warn();
        return false;
    }
    if NESTS.load(Ordering::Relaxed) || <Axum as Host<Body>>::route(request).is_none() {
        request.extensions_mut().insert(Measured);
    }
    true
}

#[cold]
fn warn() {
    static WARNED: AtomicBool = AtomicBool::new(false);
    if !WARNED.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            "a wrapped router is within another: the outer one alone counts its requests, and its \
             own metrics endpoint answers 404; call `wrap` once, on the outermost router"
        );
    }
}
