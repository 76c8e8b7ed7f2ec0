//! Calls in reqwest's own types.

use std::task::{Context, Poll};

use reqwest::{Body, Request, Response, ResponseBuilderExt};
use tower_service::Service;

use super::{
    ClientMetrics,
    service::{Answer, ClientFuture},
};
use crate::{
    ResponseBody,
    guard::{CallGuard, HeadGuard},
    side::Client,
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
    type Future = ClientFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let head = head_of(&request, self.calls.settings.sees_requests);
        let guard = CallGuard(self.calls.start(&head, None));
        ClientFuture::new(guard, || self.inner.call(request))
    }
}

impl Answer for Response {
    type Followed = Self;

    fn follow(self, guard: &mut HeadGuard<Client>) -> Self {
        let url = self.url().clone();
        let response = http::Response::<Body>::from(self);
        let guard = guard.answer(&response);
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
