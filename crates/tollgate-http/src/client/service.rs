//! Service that measures outgoing calls.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body::Body;
use pin_project_lite::pin_project;
use tollgate_families::PanicWatch;
use tower_service::Service;

use super::EndpointTemplate;
use crate::{
    ResponseBody,
    guard::{CallGuard, HeadGuard},
    side::Client,
    start::Requests,
};

/// Measures every call to the inner client, in the types of `http` or, with the feature `reqwest`, in
/// those of a `reqwest::Client`.
///
/// Hooks see a copy of the head of a reqwest's request. Such a request cannot carry an
/// [`EndpointTemplate`]: [`name_endpoint`](super::ClientMetricsBuilder::name_endpoint) names its
/// endpoint.
///
/// [`ClientMetricsLayer`](super::ClientMetricsLayer) lists the metrics.
#[derive(Debug, Clone)]
pub struct ClientMetrics<S> {
    pub(super) inner: S,
    pub(super) calls: Arc<Requests<Client>>,
}

impl<S, R> Service<R> for ClientMetrics<S>
where
    R: Call,
    S: Service<R>,
    S::Response: Answer,
    S::Error: 'static,
{
    type Response = <S::Response as Answer>::Followed;
    type Error = S::Error;
    type Future = ClientFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: R) -> Self::Future {
        let guard = CallGuard(request.start(&self.calls));
        ClientFuture {
            inner: self.inner.call(request),
            guard: guard.called(),
        }
    }
}

/// Request of a client, in the client's own type.
pub trait Call {
    /// Starts to measure the call.
    fn start(&self, calls: &Requests<Client>) -> HeadGuard<Client>;
}

/// Response of a client, in the client's own type.
pub trait Answer {
    /// Response whose body is followed to its end.
    type Followed;

    /// Shows the response to its guard, and follows its body if that has to be followed.
    fn follow(self, guard: &mut HeadGuard<Client>) -> Self::Followed;
}

impl<B: Body> Call for Request<B> {
    #[inline]
    fn start(&self, calls: &Requests<Client>) -> HeadGuard<Client> {
        let template = self.extensions().get();
        let template = template.map(|EndpointTemplate(template)| &**template);
        calls.start(self, template)
    }
}

impl<B: Body> Answer for Response<B> {
    type Followed = Response<ResponseBody<B, Client>>;

    #[inline]
    fn follow(self, guard: &mut HeadGuard<Client>) -> Self::Followed {
        let guard = guard.answer(&self);
        self.map(|body| ResponseBody::new(body, guard))
    }
}

pin_project! {
    /// Response future for [`ClientMetrics`].
    #[derive(Debug)]
    pub struct ClientFuture<F> {
        #[pin]
        inner: F,
        guard: HeadGuard<Client>,
    }
}

impl<F, R, E> Future for ClientFuture<F>
where
    F: Future<Output = Result<R, E>>,
    R: Answer,
    E: 'static,
{
    type Output = Result<R::Followed, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let watch = PanicWatch::new(this.guard);
        let polled = this.inner.poll(cx).map(|ended| match ended {
            Ok(response) => Ok(response.follow(watch.guard)),
            Err(error) => {
                watch.guard.fail(&error);
                Err(error)
            }
        });
        watch.disarm();
        polled
    }
}
