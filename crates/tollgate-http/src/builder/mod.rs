//! Builder of a request layer.

mod hooks;

use std::{
    borrow::Cow,
    sync::{Mutex, OnceLock},
};

use http::{Method, StatusCode};
use tollgate_families::{
    BuildError, Families, OVERFLOW, Stopwatch, check::maximum, family_setters,
};

use crate::{
    BoundedLabel, Label, Metric, Preset, RequestMetricsLayer,
    bounded_label::{self, BoundedLabels},
    endpoints::Endpoints,
    hooks::Hooks,
    instruments::{Endpoint, EndpointKind, ZeroRoute},
    labels::{Status, StatusDetail},
    patterns::{self, Pattern},
    settings::Settings,
    side::{Server, Side},
    start::Requests,
};

/// Maximum of what is bounded by a setting.
pub(crate) const MAX_BOUND: usize = 100_000;

pub(crate) const DEFAULT_MAX_ENDPOINTS: usize = 1_000;
const DEFAULT_MAX_LABEL_COMBINATIONS: usize = 1_000;

/// Builds a [`RequestMetricsLayer`].
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use tollgate_http::RequestMetricsLayer;
///
/// let layer = RequestMetricsLayer::builder()
///     .namespace("shop")
///     .constant_label("region", "eu")
///     .skip_path("/healthz")
///     .skip_status(|status| status == StatusCode::NOT_MODIFIED)
///     .body_sizes()
///     .build()?;
/// # Ok::<(), tollgate_http::BuildError>(())
/// ```
///
/// A duration by method and path, for all statuses together:
///
/// ```
/// use tollgate_http::{Label, Metric, RequestMetricsLayer};
///
/// let layer = RequestMetricsLayer::builder()
///     .rename(Metric::Duration, "api_request_latencies_seconds")
///     .rename_label(Label::Endpoint, "path")
///     .without_label(Metric::Duration, Label::Status)
///     .build()?;
/// # Ok::<(), tollgate_http::BuildError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct RequestMetricsBuilder {
    pub(crate) families: Families<Metric>,
    /// Endpoint of a request that no route matched.
    pub(crate) unmatched: &'static str,
    other_method: &'static str,
    status_detail: StatusDetail,
    body_sizes: bool,
    until_head: bool,
    max_endpoints: usize,
    bounded_labels: Vec<BoundedLabel>,
    max_label_combinations: usize,
    hooks: Hooks,
    patterns: Vec<Pattern>,
    zero_routes: Vec<ZeroRoute>,
}

impl Default for RequestMetricsBuilder {
    fn default() -> Self {
        let (unmatched, other_method) = Preset::Tollgate.other_values();
        Self {
            families: Families::default(),
            unmatched,
            other_method,
            status_detail: StatusDetail::Code,
            body_sizes: false,
            until_head: false,
            max_endpoints: DEFAULT_MAX_ENDPOINTS,
            bounded_labels: Vec::new(),
            max_label_combinations: DEFAULT_MAX_LABEL_COMBINATIONS,
            hooks: Hooks::default(),
            patterns: Vec::new(),
            zero_routes: Vec::new(),
        }
    }
}

impl RequestMetricsBuilder {
    family_setters!(names: Metric, Label);
    family_setters!(recorder);

    /// Applies the names and label sets of a preset. They replace renames and omissions that were set
    /// before, so call it first; a [namespace](Self::namespace) and constant labels stay.
    pub fn preset(mut self, preset: Preset) -> Self {
        self.families.names.replace_defaults(preset.names());
        (self.unmatched, self.other_method) = preset.other_values();
        self
    }

    /// Adds a label of your own to the duration and the total; four at most.
    ///
    /// Requests then find their series in a map behind a read lock instead of by index.
    pub fn bounded_label(mut self, label: BoundedLabel) -> Self {
        self.bounded_labels.push(label);
        self
    }

    /// Keeps so many combinations of the values of all bounded labels apart, 1,000 unless given; in
    /// every other, all values are `other`.
    ///
    /// Each can occur with every endpoint, method and status: it is a factor on the number of series.
    pub fn max_label_combinations(mut self, max: usize) -> Self {
        self.max_label_combinations = max;
        self
    }

    /// Keeps so many endpoints apart, 1,000 unless given; all others are `overflow`.
    pub fn max_endpoints(mut self, max: usize) -> Self {
        self.max_endpoints = max;
        self
    }

    /// Exposes requests to a route at 0 from the start, by status, and its exceptions, such as `panic`.
    ///
    /// Any other series begins with its first request at 1, in which Prometheus sees no growth: `increase`
    /// and `rate` miss it. The series are registered when the layer is applied to its first service, so the
    /// recorder has to be installed before.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Method, StatusCode};
    /// use tollgate_http::RequestMetricsLayer;
    ///
    /// let statuses = [StatusCode::OK, StatusCode::INTERNAL_SERVER_ERROR];
    /// let builder = RequestMetricsLayer::builder()
    ///     .begin_at_zero(Method::GET, "/users/{id}", statuses, ["panic", "error"])
    ///     .begin_at_zero(Method::POST, "/users", [StatusCode::CREATED], []);
    /// ```
    pub fn begin_at_zero(
        mut self,
        method: Method,
        route: impl Into<Cow<'static, str>>,
        statuses: impl IntoIterator<Item = StatusCode>,
        exceptions: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        self.zero_routes.push(ZeroRoute {
            method,
            route: route.into(),
            statuses: statuses.into_iter().map(Status::new).collect(),
            exceptions: exceptions.into_iter().collect(),
        });
        self
    }

    /// Records the class of the status (`4xx`) instead of the code.
    pub fn status_by_class(mut self) -> Self {
        self.status_detail = StatusDetail::Class;
        self
    }

    /// Records the sizes of request and response bodies too: two more histograms.
    ///
    /// Requests whose length is not announced, and responses that never came, have no size.
    pub fn body_sizes(mut self) -> Self {
        self.body_sizes = true;
        self
    }

    /// Ends every request at the head of its response, also where the body streams.
    ///
    /// A body that is dropped or fails then leaves no trace, and a streamed body has a size only by its
    /// `Content-Length`.
    pub fn until_head(mut self) -> Self {
        self.until_head = true;
        self
    }

    /// Makes the layer the inner one of a pair. It records only
    /// `http_handler_duration_seconds{method, endpoint, status}`, the time below it.
    ///
    /// Around a handler, that is its time without the middlewares between the two layers. The outer
    /// layer's `http_request_duration_seconds` less this one is the cost of the stack. Only the outer
    /// layer sees a middleware that answers on its own or changes a status. Earlier names of metrics are
    /// replaced.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_http::RequestMetricsLayer;
    ///
    /// let builder = RequestMetricsLayer::builder().namespace("shop");
    /// let outer = builder.clone().build()?; // shop_http_request_duration_seconds, …
    /// let inner = builder.handler_only().build()?; // shop_http_handler_duration_seconds
    /// // ServiceBuilder::new().layer(outer).layer(compression).layer(inner).service(handler)
    /// # Ok::<(), tollgate_http::BuildError>(())
    /// ```
    pub fn handler_only(mut self) -> Self {
        self.body_sizes = false;
        let names = &mut self.families.names;
        names.omit_all();
        names.set_help(
            Metric::Duration,
            "Time in the handler, to the end of its response, in seconds.",
        );
        self.rename(Metric::Duration, "http_handler_duration_seconds")
    }

    /// Builds the layer.
    ///
    /// # Errors
    ///
    /// If Prometheus does not accept the name of a metric or label, if a name is given twice, if a maximum
    /// is out of bounds, or if a pattern is no route of axum's or covers the same routes as another.
    pub fn build(self) -> Result<RequestMetricsLayer, BuildError> {
        let builder = self.complete();
        builder.check()?;
        Ok(RequestMetricsLayer::from_requests(
            builder.into_requests::<Server>(),
        ))
    }

    /// Returns the builder with the names that its switches leave.
    pub(crate) fn complete(mut self) -> Self {
        if !self.body_sizes {
            self.families.names.omit(Metric::RequestSize);
            self.families.names.omit(Metric::ResponseSize);
        }
        self
    }

    pub(crate) fn check(&self) -> Result<(), BuildError> {
        maximum("max_endpoints", self.max_endpoints, MAX_BOUND)?;
        let max = self.max_label_combinations;
        maximum("max_label_combinations", max, MAX_BOUND)?;
        bounded_label::check(&self.bounded_labels)?;
        let mut routes = self.zero_routes.iter();
        let with_statuses = routes.find(|route| !route.statuses.is_empty());
        if let (Some(zero), Some(label)) = (with_statuses, self.bounded_labels.first()) {
            return Err(BuildError::new(format!(
                "statuses of {:?} cannot begin at zero for every value of the label {:?}: give the route \
                 exceptions only",
                zero.route, label.name
            )));
        }
        patterns::compile(&self.patterns, |_| ())?;
        self.families.names.check(|metric| match metric {
            Metric::Duration | Metric::Total => {
                let labels = self.bounded_labels.iter();
                labels.map(|label| label.name.as_ref()).collect()
            }
            _ => Vec::new(),
        })
    }

    pub(crate) fn into_requests<K: Side>(self) -> K::Pointer<Requests<K>> {
        let has_labels = !self.bounded_labels.is_empty();
        let settings = Settings {
            stopwatch: Stopwatch::default(),
            families: self.families,
            other_method: self.other_method,
            status_detail: self.status_detail,
            body_sizes: self.body_sizes,
            until_head: self.until_head,
            max_endpoints: self.max_endpoints,
            bounded_labels: BoundedLabels::new(self.bounded_labels, self.max_label_combinations),
            sees_requests: has_labels || self.body_sizes || self.hooks.see_requests(),
            sees_responses: has_labels || !self.hooks.skip_statuses.is_empty(),
            hooks: self.hooks,
            overflows: OnceLock::new(),
        };
        let unmatched = Endpoint::<K>::new(self.unmatched, EndpointKind::Unmatched);
        let overflow = Endpoint::<K>::new(OVERFLOW, EndpointKind::Overflow);
        let patterns = patterns::compile(&self.patterns, |endpoint| match endpoint {
            Some(endpoint) => Endpoint::<K>::new(endpoint, EndpointKind::Counted),
            None => Endpoint::<K>::new("", EndpointKind::Skipped),
        });
        let patterns = patterns.ok().filter(|_| !self.patterns.is_empty());
        K::share(Requests {
            settings: K::share(settings),
            endpoints: Endpoints::new(self.max_endpoints, unmatched, overflow, patterns),
            overflow: Endpoint::<K>::new(OVERFLOW, EndpointKind::Counted),
            zero_routes: Mutex::new(self.zero_routes),
        })
    }
}

impl RequestMetricsLayer {
    /// Creates a layer with the default names and nothing opted into.
    #[expect(
        clippy::new_without_default,
        reason = "each call creates state that lives as long as the process"
    )]
    pub fn new() -> Self {
        Self::from_requests(Self::builder().complete().into_requests::<Server>())
    }

    /// Returns a builder with the default names and nothing opted into.
    pub fn builder() -> RequestMetricsBuilder {
        RequestMetricsBuilder::default()
    }
}

#[cfg(test)]
mod tests;
