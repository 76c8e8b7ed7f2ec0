//! Setters of user code.

use std::{any::Any, borrow::Cow, sync::Arc};

use http::StatusCode;

use crate::{RequestHead, RequestMetricsBuilder, patterns::Pattern};

impl RequestMetricsBuilder {
    // For the suite: the first request has new series, and this is on no other request's way.
    #[doc(hidden)]
    pub fn before_new_series(mut self, hook: impl Fn() + Send + Sync + 'static) -> Self {
        self.hooks.new_series = Some(Arc::new(hook));
        self
    }

    /// Names the endpoint of a request if the hook returns a name; otherwise the host names it. A second
    /// hook replaces the first.
    ///
    /// Return templates or other names from a closed set, never the requested path: beyond the
    /// [maximum](Self::max_endpoints) every new name is `overflow`, and so is one of more than 512
    /// bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_http::RequestMetricsLayer;
    ///
    /// let assets = RequestMetricsLayer::builder().name_endpoint(|request| {
    ///     let path = request.uri().path();
    ///     path.starts_with("/assets/").then(|| "assets".into())
    /// });
    ///
    /// // A name in the request's extensions needs no copy.
    /// #[derive(Clone)]
    /// struct Operation(String);
    ///
    /// let operations = RequestMetricsLayer::builder().name_endpoint(|request| {
    ///     let Operation(name) = request.extensions().get()?;
    ///     Some(name.into())
    /// });
    /// ```
    pub fn name_endpoint(
        mut self,
        name: impl Fn(RequestHead<'_>) -> Option<Cow<'_, str>> + Send + Sync + 'static,
    ) -> Self {
        self.hooks.name_endpoint = Some(Arc::new(name));
        self
    }

    /// Leaves out the routes that a pattern in axum's syntax covers.
    ///
    /// It is compared with the template of the route that a request matched, which for a nested route has
    /// the prefix of the nest, or with the [name](Self::name_endpoint) of a hook, and only once for each.
    /// `/users/{id}` covers any route of two segments that begins with `/users/`, and `/internal/{*rest}` all
    /// routes below `/internal/`. The path is compared where no route matched, as below a `nest_service` or
    /// in a fallback.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_http::RequestMetricsLayer;
    ///
    /// let layer = RequestMetricsLayer::builder()
    ///     .skip_pattern("/healthz")
    ///     .skip_pattern("/internal/{*rest}")
    ///     .group_pattern("/assets/{*path}", "/assets/*")
    ///     .build()?;
    /// # Ok::<(), tollgate_http::BuildError>(())
    /// ```
    pub fn skip_pattern(mut self, pattern: impl Into<Cow<'static, str>>) -> Self {
        self.patterns.push(Pattern {
            route: pattern.into(),
            endpoint: None,
        });
        self
    }

    /// Puts the routes that a pattern covers together as one endpoint. Several patterns may have the same
    /// endpoint, which takes no place among the [maximum](Self::max_endpoints). A pattern covers the routes
    /// that [`skip_pattern`](Self::skip_pattern) tells.
    pub fn group_pattern(
        mut self,
        pattern: impl Into<Cow<'static, str>>,
        endpoint: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.patterns.push(Pattern {
            route: pattern.into(),
            endpoint: Some(endpoint.into()),
        });
        self
    }

    /// Leaves out requests to exactly this path. On a router that is nested in another, it is the path
    /// without the prefix of the nest: [`skip_pattern`](Self::skip_pattern) sees the prefix.
    pub fn skip_path(self, path: impl Into<Cow<'static, str>>) -> Self {
        let path = path.into();
        self.skip_if(move |request| request.uri().path() == path)
    }

    /// Leaves out requests for which the predicate holds.
    ///
    /// A single route opts out by the response extension [`Unmetered`](crate::Unmetered).
    pub fn skip_if(
        mut self,
        skip: impl Fn(RequestHead<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.hooks.skip_requests.push(Arc::new(skip));
        self
    }

    /// Leaves out requests with a status for which the predicate holds.
    pub fn skip_status(
        mut self,
        skip: impl Fn(StatusCode) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.hooks.skip_statuses.push(Arc::new(skip));
        self
    }

    /// Names the exception that an error of the inner service counts as, instead of `error`.
    ///
    /// Call it once for each type of error. The first hook that fits names it.
    pub fn name_error<E: 'static>(
        self,
        name: impl Fn(&E) -> &'static str + Send + Sync + 'static,
    ) -> Self {
        self.name_any_error(move |error| error.downcast_ref().map(&name))
    }

    pub(crate) fn name_any_error(
        mut self,
        name: impl Fn(&dyn Any) -> Option<&'static str> + Send + Sync + 'static,
    ) -> Self {
        self.hooks.name_errors.push(Arc::new(name));
        self
    }
}
