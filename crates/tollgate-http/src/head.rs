//! Heads of requests and responses, as hooks see them.

use http::{Extensions, HeaderMap, Method, Request, Response, StatusCode, Uri, Version};

/// Head of a request: everything but its body.
#[derive(Debug, Clone, Copy)]
pub struct RequestHead<'a> {
    method: &'a Method,
    uri: &'a Uri,
    version: Version,
    headers: &'a HeaderMap,
    extensions: &'a Extensions,
}

impl<'a> RequestHead<'a> {
    pub(crate) fn new<B>(request: &'a Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            version: request.version(),
            headers: request.headers(),
            extensions: request.extensions(),
        }
    }

    /// Returns the request's method.
    #[inline]
    pub fn method(&self) -> &'a Method {
        self.method
    }

    /// Returns the request's target.
    #[inline]
    pub fn uri(&self) -> &'a Uri {
        self.uri
    }

    /// Returns the protocol's version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Returns the request's headers.
    pub fn headers(&self) -> &'a HeaderMap {
        self.headers
    }

    /// Returns the request's extensions.
    pub fn extensions(&self) -> &'a Extensions {
        self.extensions
    }
}

/// Head of a response: everything but its body.
#[derive(Debug, Clone, Copy)]
pub struct ResponseHead<'a> {
    status: StatusCode,
    headers: &'a HeaderMap,
    extensions: &'a Extensions,
}

impl<'a> ResponseHead<'a> {
    pub(crate) fn new<B>(response: &'a Response<B>) -> Self {
        Self {
            status: response.status(),
            headers: response.headers(),
            extensions: response.extensions(),
        }
    }

    /// Returns the response's status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the response's headers.
    pub fn headers(&self) -> &'a HeaderMap {
        self.headers
    }

    /// Returns the response's extensions.
    pub fn extensions(&self) -> &'a Extensions {
        self.extensions
    }
}
