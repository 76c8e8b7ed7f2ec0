//! What a service can say about a request or response through its `http` extensions.

use std::borrow::Cow;

/// A response extension that names the exception behind the response.
///
/// The request then counts in `http_request_exceptions_total` under this name, besides the status
/// that the response carries. The name is `'static`, so that the label stays bounded.
///
/// # Examples
///
/// ```
/// use http::{Response, StatusCode};
/// use tollgate_http::Exception;
///
/// let response = Response::builder()
///     .status(StatusCode::INTERNAL_SERVER_ERROR)
///     .extension(Exception("payment_declined"))
///     .body(())?;
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exception(pub &'static str);

/// A response extension that keeps the request out of the metrics.
///
/// Only the in-flight gauge has seen the request by then, which goes back to what it was, and past
/// the cap of endpoints the counter of overflows.
///
/// # Examples
///
/// ```
/// use http::Response;
/// use tollgate_http::Unmetered;
///
/// let response = Response::builder().extension(Unmetered).body("alive")?;
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unmetered;

/// A request extension that names the route of a request for a plain tower service.
///
/// Put it in front of the layer, from whatever routes the requests. It has to be a template such
/// as `/users/{id}`, never the path as it was asked for.
///
/// # Examples
///
/// ```
/// use http::Request;
/// use tollgate_http::Route;
///
/// let request = Request::builder()
///     .uri("/users/42")
///     .extension(Route::from("/users/{id}"))
///     .body(())?;
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Route(Cow<'static, str>);

impl Route {
    /// The route's template.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<Cow<'static, str>>> From<T> for Route {
    fn from(template: T) -> Self {
        Self(template.into())
    }
}
