//! The seam to a framework: its routes and its bodies.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body::Body;

use crate::{BodyGuard, ResponseBody, Route};

/// Framework around the measured service.
///
/// [`Tower`] serves any tower service; a framework whose routes and bodies have types of their
/// own brings its own host, so that it loses nothing by being measured.
pub trait Host<B> {
    /// Body of the responses that the measured service gives.
    type Body;

    /// Returns whether the layer may measure the request. A host whose layers may be within each other
    /// marks it.
    #[inline]
    fn claim<R>(_request: &mut Request<R>) -> bool {
        true
    }

    /// Returns the template of the route that the request matched, if there is one.
    fn route<R>(request: &Request<R>) -> Option<&str>;

    /// Polls for the response, and hands it on.
    ///
    /// Shows the outcome of the poll to `end`, at once. If that returns a guard, the host follows the
    /// body to its end, in a [`ResponseBody`]; otherwise the request has ended.
    fn poll_response<F, E>(
        future: Pin<&mut F>,
        cx: &mut Context<'_>,
        end: impl FnOnce(&Poll<F::Output>) -> Option<BodyGuard>,
    ) -> Poll<Result<Response<Self::Body>, E>>
    where
        F: Future<Output = Result<Response<B>, E>>;
}

/// The host of plain tower services: the route is a [`Route`] extension of the request, and every
/// response has a [`ResponseBody`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Tower;

impl<B: Body> Host<B> for Tower {
    type Body = ResponseBody<B>;

    #[inline]
    fn route<R>(request: &Request<R>) -> Option<&str> {
        request.extensions().get().map(|Route(route)| &**route)
    }

    #[inline]
    fn poll_response<F, E>(
        future: Pin<&mut F>,
        cx: &mut Context<'_>,
        end: impl FnOnce(&Poll<F::Output>) -> Option<BodyGuard>,
    ) -> Poll<Result<Response<Self::Body>, E>>
    where
        F: Future<Output = Result<Response<B>, E>>,
    {
        let polled = future.poll(cx);
        let guard = end(&polled);
        polled.map_ok(|response| response.map(|body| ResponseBody::new(body, guard)))
    }
}
