//! Name of a call's endpoint.

use std::borrow::Cow;

/// Request extension that names the endpoint of an outgoing call, such as `/users/{id}`.
///
/// It takes effect with
/// [`endpoint_template`](super::ClientMetricsBuilder::endpoint_template). A [`Route`](crate::Route) has none: in a
/// service that passes requests on, that is the template of the incoming one.
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
pub struct EndpointTemplate(pub(super) Cow<'static, str>);

impl<T: Into<Cow<'static, str>>> From<T> for EndpointTemplate {
    fn from(template: T) -> Self {
        Self(template.into())
    }
}
