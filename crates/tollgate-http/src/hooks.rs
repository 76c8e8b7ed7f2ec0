//! The user's own code on the way of a request.

use std::{any::Any, borrow::Cow, sync::Arc};

use http::StatusCode;

use crate::RequestHead;

type NameEndpoint = dyn Fn(RequestHead<'_>) -> Option<Cow<'_, str>> + Send + Sync;
type SkipRequest = dyn Fn(RequestHead<'_>) -> bool + Send + Sync;
type SkipStatus = dyn Fn(StatusCode) -> bool + Send + Sync;
type NameError = dyn Fn(&dyn Any) -> Option<&'static str> + Send + Sync;

/// What is left out, and what is named otherwise.
#[derive(Default, Clone)]
pub(crate) struct Hooks {
    pub(crate) name_endpoint: Option<Arc<NameEndpoint>>,
    pub(crate) skip_paths: Vec<Cow<'static, str>>,
    pub(crate) skip_requests: Vec<Arc<SkipRequest>>,
    pub(crate) skip_statuses: Vec<Arc<SkipStatus>>,
    pub(crate) name_errors: Vec<Arc<NameError>>,
}

impl Hooks {
    /// Whether there is a hook that looks at requests.
    pub(crate) fn see_requests(&self) -> bool {
        self.name_endpoint.is_some()
            || !self.skip_paths.is_empty()
            || !self.skip_requests.is_empty()
    }

    /// Whether a request is left out.
    pub(crate) fn skip_request(&self, request: RequestHead<'_>) -> bool {
        let path = request.uri().path();
        self.skip_paths.iter().any(|skipped| skipped == path)
            || self.skip_requests.iter().any(|skip| skip(request))
    }

    /// What the endpoint of a request is called instead.
    pub(crate) fn name_endpoint<'a>(&self, request: RequestHead<'a>) -> Option<Cow<'a, str>> {
        let name = self.name_endpoint.as_ref()?;
        name(request)
    }

    /// Whether a request that is answered with this is left out.
    pub(crate) fn skip_status(&self, status: StatusCode) -> bool {
        self.skip_statuses.iter().any(|skip| skip(status))
    }

    /// What the inner service's error counts as in the exceptions.
    pub(crate) fn name_error(&self, error: &dyn Any) -> &'static str {
        let mut names = self.name_errors.iter().map(|name| name(error));
        names.find_map(|name| name).unwrap_or("error")
    }
}
