//! Settings of a layer, resolved when it is built.

use std::sync::OnceLock;

use metrics::{Counter, SharedString};
use tollgate_families::{Families, Stopwatch};

use crate::{bounded_label::BoundedLabels, hooks::Hooks, labels::StatusDetail, names::Metric};

/// Settings of a layer: names, hooks and switches. They know no endpoint.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one check on a request's way"
)]
pub(crate) struct Settings {
    pub(crate) stopwatch: Stopwatch,
    pub(crate) families: Families<Metric>,
    pub(crate) other_method: &'static str,
    pub(crate) status_detail: StatusDetail,
    pub(crate) body_sizes: bool,
    pub(crate) until_head: bool,
    pub(crate) max_endpoints: usize,
    pub(crate) bounded_labels: BoundedLabels,
    pub(crate) hooks: Hooks,
    /// Whether hooks, labels or sizes need the head of every request.
    pub(crate) sees_requests: bool,
    /// Whether hooks or labels need the head of every response.
    pub(crate) sees_responses: bool,
    pub(crate) overflows: OnceLock<Counter>,
}

impl Settings {
    /// Returns the counter of overflows. It is the first to be registered, so that it shows at zero.
    #[inline]
    pub(crate) fn overflows(&self) -> &Counter {
        self.overflows.get_or_init(|| {
            self.families
                .counter(Metric::EndpointOverflow, |_| SharedString::default())
        })
    }
}
