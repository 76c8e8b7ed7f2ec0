//! Service that measures outgoing calls.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body::Body;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::EndpointTemplate;
use crate::{
    ResponseBody,
    guard::{CallGuard, HeadGuard},
    ownership::Counted,
    start::Requests,
};

/// Measures every call to the inner client.
///
/// [`ClientMetricsLayer`](super::ClientMetricsLayer) lists the metrics.
#[derive(Clone)]
pub struct ClientMetrics<S> {
    pub(super) inner: S,
    pub(super) calls: Arc<Requests<Counted>>,
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for ClientMetrics<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    S::Error: 'static,
    ReqBody: Body,
    ResBody: Body,
{
    type Response = Response<ResponseBody<ResBody, Counted>>;
    type Error = S::Error;
    type Future = ClientFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let template = request.extensions().get().map(EndpointTemplate::as_str);
        let guard = CallGuard::new(self.calls.start(&request, template));
        ClientFuture {
            inner: self.inner.call(request),
            guard: guard.called(),
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for ClientMetrics<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientMetrics")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

pin_project! {
    /// Response future for [`ClientMetrics`].
    pub struct ClientFuture<F> {
        #[pin]
        inner: F,
        guard: HeadGuard<Counted>,
    }
}

impl<F, B, E> Future for ClientFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
    E: 'static,
{
    type Output = Result<Response<ResponseBody<B, Counted>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let watch = this.guard.watch();
        let polled = this.inner.poll(cx);
        // Even a body of known length is still to come when its response is there.
        let followed = watch.guard.observe(&polled, true);
        watch.disarm();
        polled.map_ok(|response| response.map(|body| ResponseBody::new(body, followed)))
    }
}

impl<F> fmt::Debug for ClientFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientFuture")
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}
