//! Where a request's route comes from, and how the body of its response is followed.

use http::{Request, Response};
use http_body::Body;

use crate::{BodyGuard, ResponseBody, Route};

/// What the layer has to know of the framework around the service.
///
/// [`Tower`] serves any tower service; a framework whose routes and bodies have types of their
/// own brings its own host, so that it loses nothing by being measured.
pub trait Host<B> {
    /// The body of the responses that the measured service gives.
    type Body;

    /// The template of the route that the request matched, if there is one.
    fn route<R>(request: &Request<R>) -> Option<&str>;

    /// Hands a response on. With a guard its body has to be followed to its end, in a
    /// [`ResponseBody`]; without one the request has ended.
    fn respond(response: Response<B>, guard: Option<BodyGuard>) -> Response<Self::Body>;
}

/// The host of plain tower services: the route is a [`Route`] extension of the request, and every
/// response has a [`ResponseBody`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Tower;

impl<B: Body> Host<B> for Tower {
    type Body = ResponseBody<B>;

    #[inline]
    fn route<R>(request: &Request<R>) -> Option<&str> {
        request.extensions().get().map(Route::as_str)
    }

    #[inline]
    fn respond(response: Response<B>, guard: Option<BodyGuard>) -> Response<Self::Body> {
        response.map(|body| ResponseBody::new(body, guard))
    }
}
