//! What the user's own code leaves out or names.

use std::{any::Any, borrow::Cow, sync::Arc};

use http::StatusCode;

use crate::{RequestHead, RequestMetricsBuilder};

impl RequestMetricsBuilder {
    /// Names the endpoint of a request, where the hook gives a name, instead of the host. A second
    /// hook takes the place of the first.
    ///
    /// Give it templates or other names from a closed set, never the path as it was asked for:
    /// past the [cap](Self::endpoint_cap) every new name is `overflow`, and so is one of more than
    /// 512 bytes.
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
    /// // What the request holds does not have to be copied.
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
    pub fn skip_path(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.hooks.skip_paths.push(path.into());
        self
    }

    /// Leaves out requests for which the predicate holds.
    ///
    /// A single route can opt out as well: its responses carry
    /// [`Unmetered`](crate::Unmetered).
    pub fn skip_if(
        mut self,
        skip: impl Fn(RequestHead<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.hooks.skip_requests.push(Arc::new(skip));
        self
    }

    /// Leaves out requests that are answered with a status for which the predicate holds.
    pub fn skip_status(
        mut self,
        skip: impl Fn(StatusCode) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.hooks.skip_statuses.push(Arc::new(skip));
        self
    }

    /// Names the exception that an error of the inner service counts as, instead of `error`.
    ///
    /// Can be called once for each type of error; the first hook that fits names it.
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
