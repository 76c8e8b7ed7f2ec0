//! User code on the way of a request.

use std::{any::Any, borrow::Cow, fmt, sync::Arc};

use http::StatusCode;

use crate::RequestHead;

type NameEndpoint = dyn Fn(RequestHead<'_>) -> Option<Cow<'_, str>> + Send + Sync;
type SkipRequest = dyn Fn(RequestHead<'_>) -> bool + Send + Sync;
type SkipStatus = dyn Fn(StatusCode) -> bool + Send + Sync;
type NameError = dyn Fn(&dyn Any) -> Option<&'static str> + Send + Sync;

/// Hooks that leave requests out, or name what they have.
#[derive(Default, Clone)]
pub(crate) struct Hooks {
    pub(crate) name_endpoint: Option<Arc<NameEndpoint>>,
    pub(crate) skip_requests: Vec<Arc<SkipRequest>>,
    pub(crate) skip_statuses: Vec<Arc<SkipStatus>>,
    pub(crate) name_errors: Vec<Arc<NameError>>,
    pub(crate) new_series: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl Hooks {
    /// Returns whether any hook looks at requests.
    pub(crate) fn see_requests(&self) -> bool {
        self.name_endpoint.is_some() || !self.skip_requests.is_empty()
    }

    /// Returns the exception that an error of the inner service counts as.
    pub(crate) fn name_error(&self, error: &dyn Any) -> &'static str {
        let mut names = self.name_errors.iter().map(|name| name(error));
        names.find_map(|name| name).unwrap_or("error")
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("skip_requests", &self.skip_requests.len())
            .finish_non_exhaustive()
    }
}
