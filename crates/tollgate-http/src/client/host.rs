//! Where a call's template comes from, and how the body of its response is followed.

use std::{
    borrow::Cow,
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body::Body;

use crate::{BodyGuard, Host, ResponseBody, Tower};

/// The host of outgoing calls: the endpoint is an [`EndpointTemplate`] extension of the request, and
/// every response has a [`ResponseBody`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Client;

impl<B: Body> Host<B> for Client {
    type Body = ResponseBody<B>;

    const RECEIVES: bool = true;

    #[inline]
    fn route<R>(request: &Request<R>) -> Option<&str> {
        request.extensions().get().map(EndpointTemplate::as_str)
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
        Tower::poll_response(future, cx, end)
    }
}

/// A request extension that names what an outgoing call is for, such as `/users/{id}`.
///
/// It takes effect with
/// [`endpoint_template`](super::ClientMetricsBuilder::endpoint_template). A [`Route`](crate::Route)
/// is none: where a service passes a request on, that is the template of the request that came in.
///
/// # Examples
///
/// ```
/// use http::Request;
/// use tollgate_http::client::EndpointTemplate;
///
/// let request = Request::get("https://api.github.com/repos/tower-rs/tower")
///     .extension(EndpointTemplate::from("/repos/{owner}/{repo}"))
///     .body(())?;
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EndpointTemplate(Cow<'static, str>);

impl EndpointTemplate {
    /// The template.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<Cow<'static, str>>> From<T> for EndpointTemplate {
    fn from(template: T) -> Self {
        Self(template.into())
    }
}
