//! Calls in reqwest's own types.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use reqwest::{Body, Request, Response, ResponseBuilderExt};
use tower_service::Service;

use super::ClientMetrics;
use crate::{
    ResponseBody,
    guard::{CallGuard, HeadGuard},
    ownership::Counted,
};

/// Measures reqwest's requests on their way to a [`reqwest::Client`], or to a service around one.
///
/// Hooks see a copy of the request's head. Such a request cannot carry an
/// [`EndpointTemplate`](super::EndpointTemplate):
/// [`name_endpoint`](super::ClientMetricsBuilder::name_endpoint) names its endpoint.
impl<S> Service<Request> for ClientMetrics<S>
where
    S: Service<Request, Response = Response>,
    S::Error: 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ReqwestFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let head = head_of(&request, self.calls.settings.sees_requests);
        let guard = CallGuard::new(self.calls.start(&head, None));
        ReqwestFuture {
            inner: self.inner.call(request),
            guard: guard.called(),
        }
    }
}

pin_project! {
    /// Response future for [`ClientMetrics`] around a [`reqwest::Client`].
    pub struct ReqwestFuture<F> {
        #[pin]
        inner: F,
        guard: HeadGuard<Counted>,
    }
}

impl<F, E> Future for ReqwestFuture<F>
where
    F: Future<Output = Result<Response, E>>,
    E: 'static,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let watch = this.guard.watch();
        let polled = this.inner.poll(cx).map(|ended| match ended {
            Ok(response) => Ok(follow(response, watch.guard)),
            Err(error) => {
                watch.guard.fail(&error);
                Err(error)
            }
        });
        watch.disarm();
        polled
    }
}

impl<F> fmt::Debug for ReqwestFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestFuture")
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}

/// Returns as much of a request's head as is needed.
fn head_of(request: &Request, is_seen: bool) -> http::Request<String> {
    let mut head = http::Request::new(String::new());
    head.method_mut().clone_from(request.method());
    if is_seen {
        *head.uri_mut() = request.url().as_str().parse().unwrap_or_default();
        *head.version_mut() = request.version();
        head.headers_mut().clone_from(request.headers());
    }
    head
}

/// Shows a response to its guard, and wraps its body if that has to be followed.
fn follow(response: Response, guard: &mut HeadGuard<Counted>) -> Response {
    let url = response.url().clone();
    let response = http::Response::<Body>::from(response);
    let guard = guard.answer(&response, true);
    let (mut parts, body) = response.into_parts();
    // The URL travels in an extension of a private type of reqwest.
    if let Ok(carrier) = http::Response::builder().url(url).body(()) {
        parts.extensions.extend(carrier.into_parts().0.extensions);
    }
    let body = match guard {
        Some(guard) => Body::wrap(ResponseBody::new(body, Some(guard))),
        None => body,
    };
    http::Response::from_parts(parts, body).into()
}
