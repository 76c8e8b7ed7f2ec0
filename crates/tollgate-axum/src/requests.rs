//! The axum side of the request metrics.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::Body,
    extract::MatchedPath,
    http::{Request, Response},
};
use tollgate_http::{BodyGuard, Host, ResponseBody};

/// The host of [`tollgate_http::RequestMetricsLayer`] on axum: the endpoint is the
/// [`MatchedPath`], and bodies stay [`axum::body::Body`].
///
/// Only a body that streams is wrapped; one whose length is known is passed on untouched, without
/// an allocation.
///
/// Give the layer to [`Router::layer`](axum::Router::layer): outside of the router there is no
/// matched path yet. Fallbacks have none either, nor has what is below the prefix of a
/// [`nest_service`](axum::Router::nest_service): they are `unmatched`, unless
/// [`name_endpoint`](tollgate_http::RequestMetricsBuilder::name_endpoint) names them.
///
/// # Examples
///
/// ```
/// use axum::{Router, routing::get};
/// use tollgate_axum::Axum;
/// use tollgate_http::RequestMetricsLayer;
///
/// let app: Router = Router::new()
///     .route("/users/{id}", get(|| async { "Ada" }))
///     .layer(RequestMetricsLayer::new().for_host(Axum));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Axum;

impl Host<Body> for Axum {
    type Body = Body;

    #[inline]
    fn route<R>(request: &Request<R>) -> Option<&str> {
        request.extensions().get().map(MatchedPath::as_str)
    }

    // The polled value itself is returned, not a changed copy: a response is large, and most are not
    // changed.
    #[inline]
    fn poll_response<F, E>(
        future: Pin<&mut F>,
        cx: &mut Context<'_>,
        end: impl FnOnce(&Poll<F::Output>) -> Option<BodyGuard>,
    ) -> Poll<Result<Response<Body>, E>>
    where
        F: Future<Output = Result<Response<Body>, E>>,
    {
        let mut polled = future.poll(cx);
        if let (Some(guard), Poll::Ready(Ok(response))) = (end(&polled), &mut polled) {
            follow(response.body_mut(), guard);
        }
        polled
    }
}

#[cold]
fn follow(body: &mut Body, guard: BodyGuard) {
    *body = Body::new(ResponseBody::new(mem::take(body), Some(guard)));
}
