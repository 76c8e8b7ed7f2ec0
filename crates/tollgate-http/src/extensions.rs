//! `http` extensions by which a service describes a request or response.

use std::borrow::Cow;

/// Response extension that names the exception behind the response.
///
/// The request then counts in `http_request_exceptions_total` under this name, and with its status in
/// the total. The name is `'static`, so that the label stays bounded.
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

/// Response extension that keeps the request out of the metrics.
///
/// The in-flight gauge goes back to its value before the request. Beyond the maximum of endpoints, the
/// counter of overflows keeps the request.
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

/// Request extension that names the route of a request for a plain tower service.
///
/// The service that routes the requests, in front of the layer, sets it. It is a template such as
/// `/users/{id}`, never the requested path.
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
pub struct Route(pub(crate) Cow<'static, str>);

impl<T: Into<Cow<'static, str>>> From<T> for Route {
    fn from(template: T) -> Self {
        Self(template.into())
    }
}
