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

/// Extension that names the route of a request.
///
/// For a plain tower service, the service that routes the requests, in front of the layer, gives it to the
/// request. It is a template such as `/users/{id}`, never the requested path.
///
/// A service that no route leads to, such as a fallback, gives it to its response: the endpoint is then this
/// route instead of `unmatched`. Until the response comes, the request is in flight at `unmatched`, and
/// stays there if it is dropped, fails or panics. As many routes of a method are kept apart in this way as
/// [endpoints](crate::RequestMetricsBuilder::max_endpoints) are; all others are `overflow`.
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
///
/// let response = http::Response::builder().extension(Route::from("/assets/*")).body("…")?;
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Route(pub(crate) Cow<'static, str>);

impl<T: Into<Cow<'static, str>>> From<T> for Route {
    fn from(template: T) -> Self {
        Self(template.into())
    }
}
