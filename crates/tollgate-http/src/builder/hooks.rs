//! Setters of user code.

use std::{any::Any, borrow::Cow, sync::Arc};

use http::StatusCode;

use crate::{RequestHead, RequestMetricsBuilder};

impl RequestMetricsBuilder {
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

    /// Leaves out requests to exactly this path.
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
