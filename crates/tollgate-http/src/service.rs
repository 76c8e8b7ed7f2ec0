//! The measured service.

use std::{
    marker::PhantomData,
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use crate::{
    Host, Tower,
    future::ResponseFuture,
    guard::{CallGuard, HeadGuard},
    side::Server,
    start::Requests,
};

/// Measures every request to the inner service.
///
/// [`RequestMetricsLayer`](crate::RequestMetricsLayer) lists the metrics.
#[derive(Debug, Clone)]
pub struct RequestMetrics<S, H = Tower> {
    inner: S,
    requests: &'static Requests<Server>,
    host: PhantomData<fn() -> H>,
}

impl<S, H> RequestMetrics<S, H> {
    pub(crate) fn new(inner: S, requests: &'static Requests<Server>) -> Self {
        Self {
            inner,
            requests,
            host: PhantomData,
        }
    }
}

impl<S, H, ReqBody, ResBody> Service<Request<ReqBody>> for RequestMetrics<S, H>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    S::Error: 'static,
    H: Host<ResBody>,
    ReqBody: Body,
    ResBody: Body,
{
    type Response = Response<H::Body>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, H>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    // Out of line, the freshly written request would be moved once more, which costs several times
    // the rest.
    #[inline]
    fn call(&mut self, mut request: Request<ReqBody>) -> Self::Future {
        let guard = CallGuard(if H::claim(&mut request) {
            self.requests.start(&request, H::route(&request))
        } else {
            HeadGuard::idle()
        });
        // In one expression, the inner future is made where it stays.
        ResponseFuture::new(self.inner.call(request), guard.called())
    }
}
