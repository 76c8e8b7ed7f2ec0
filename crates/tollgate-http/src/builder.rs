//! What a layer can be told.

mod check;
mod hooks;

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, OnceLock},
};

use metrics::Recorder;
use quanta::Clock;

pub(crate) use self::check::is_name;
use crate::{
    BuildError, ExtraLabel, Label, Metric, Preset, RequestMetricsLayer,
    endpoints::Endpoints,
    extra::ExtraLabels,
    hooks::Hooks,
    labels::{Side, StatusDetail},
    meter::Meter,
    names::Names,
};

const DEFAULT_ENDPOINT_CAP: usize = 1_000;
const DEFAULT_EXTRA_COMBINATION_CAP: usize = 1_000;

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
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct RequestMetricsBuilder {
    side: Side,
    names: Names,
    /// The namespace that was given, which outlasts a preset.
    namespace: Option<Cow<'static, str>>,
    status_detail: StatusDetail,
    body_sizes: bool,
    until_head: bool,
    endpoint_cap: usize,
    constant_labels: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    extra_labels: Vec<ExtraLabel>,
    extra_combination_cap: usize,
    hooks: Hooks,
    recorder: Option<Arc<dyn Recorder + Send + Sync>>,
}

impl Default for RequestMetricsBuilder {
    fn default() -> Self {
        Self::of(Side::Server, Names::from(Preset::default()))
    }
}

impl RequestMetricsBuilder {
    /// Starts with the names of one side.
    pub(crate) fn of(side: Side, names: Names) -> Self {
        Self {
            side,
            names,
            namespace: None,
            status_detail: StatusDetail::Code,
            body_sizes: false,
            until_head: false,
            endpoint_cap: DEFAULT_ENDPOINT_CAP,
            constant_labels: Vec::new(),
            extra_labels: Vec::new(),
            extra_combination_cap: DEFAULT_EXTRA_COMBINATION_CAP,
            hooks: Hooks::default(),
            recorder: None,
        }
    }

    /// Takes the names and label sets of a preset, in place of all that were set before except
    /// the [namespace](Self::namespace): so call it first.
    pub fn preset(mut self, preset: Preset) -> Self {
        self.names = Names::from(preset);
        if let Some(namespace) = &self.namespace {
            self.names.namespace = namespace.clone();
        }
        self
    }

    /// Puts a namespace before every name: `shop` gives `shop_http_request_total`. An empty one
    /// is none, also where a preset has one.
    pub fn namespace(mut self, namespace: impl Into<Cow<'static, str>>) -> Self {
        let namespace = namespace.into();
        self.names.namespace.clone_from(&namespace);
        self.namespace = Some(namespace);
        self
    }

    /// Renames a metric. The namespace, if there is one, still goes before it.
    pub fn rename(mut self, metric: Metric, name: impl Into<Cow<'static, str>>) -> Self {
        self.names.rename(metric, Some(name.into()));
        self
    }

    /// Leaves a metric out.
    pub fn without(mut self, metric: Metric) -> Self {
        self.names.rename(metric, None);
        self
    }

    /// Renames a label in all metrics.
    pub fn rename_label(mut self, label: Label, name: impl Into<Cow<'static, str>>) -> Self {
        self.names.rename_label(label, name.into());
        self
    }

    /// Leaves a label out of one metric. Series that it alone told apart are one then.
    ///
    /// # Examples
    ///
    /// A duration by method and path, whatever the status:
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
    pub fn without_label(mut self, metric: Metric, label: Label) -> Self {
        self.names.drop_label(metric, label);
        self
    }

    /// Adds a label with the same value to all metrics.
    pub fn constant_label(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.constant_labels.push((name.into(), value.into()));
        self
    }

    /// Adds a label of your own to the duration and the total; four at most.
    ///
    /// Requests then find their series in a map behind a read lock instead of by index.
    pub fn extra_label(mut self, label: ExtraLabel) -> Self {
        self.extra_labels.push(label);
        self
    }

    /// Keeps this many combinations of the values of all extra labels apart, 1,000 unless given; in
    /// every other all values are `other`.
    ///
    /// Each can come with every endpoint, method and status: it is a factor on the number of
    /// series.
    pub fn extra_combination_cap(mut self, cap: usize) -> Self {
        self.extra_combination_cap = cap;
        self
    }

    /// Keeps this many endpoints apart, 1,000 unless given; all others are `overflow`.
    pub fn endpoint_cap(mut self, cap: usize) -> Self {
        self.endpoint_cap = cap;
        self
    }

    /// Records the class of the status (`4xx`) instead of the code.
    pub fn status_by_class(mut self) -> Self {
        self.status_detail = StatusDetail::Class;
        self
    }

    /// Records the sizes of request and response bodies too: two more histograms.
    ///
    /// A size that is not known is not recorded: that of a request whose length is not announced,
    /// that of a response that never came.
    pub fn body_sizes(mut self) -> Self {
        self.body_sizes = true;
        self
    }

    /// Ends every request at the head of its response, also where the body streams.
    ///
    /// A body that is dropped or fails is not seen then, and a streamed body has no size unless
    /// its `Content-Length` says it.
    pub fn until_head(mut self) -> Self {
        self.until_head = true;
        self
    }

    /// Registers the series with this recorder instead of the global one.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.recorder = Some(recorder);
        self
    }

    /// Leaves the inner one of a pair of layers: it records nothing but
    /// `http_handler_duration_seconds{method, endpoint, status}`, the time below it.
    ///
    /// Around a handler it tells what that takes without the middlewares between the two layers:
    /// what `http_request_duration_seconds` of the outer one has more is the stack's own cost. A
    /// middleware that answers on its own, or changes a status, is seen by the outer one alone.
    /// Names that were given to metrics before are replaced.
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
        self.side = Side::Handler;
        self.body_sizes = false;
        let others = Metric::ALL.into_iter();
        let others = others.filter(|&metric| metric != Metric::Duration);
        others
            .fold(self, Self::without)
            .rename(Metric::Duration, "http_handler_duration_seconds")
    }

    /// Builds the layer.
    ///
    /// # Errors
    ///
    /// If a metric or label has a name that Prometheus does not accept, that is reserved or that
    /// is given twice, or if a cap or limit is out of bounds.
    pub fn build(self) -> Result<RequestMetricsLayer, BuildError> {
        Ok(RequestMetricsLayer::from_meter(self.build_meter()?))
    }

    pub(crate) fn build_meter(self) -> Result<&'static Meter, BuildError> {
        self.check()?;
        Ok(self.into_meter())
    }

    pub(crate) fn into_meter(self) -> &'static Meter {
        let labelled = !self.extra_labels.is_empty();
        Box::leak(Box::new(Meter {
            clock: Clock::new(),
            endpoints: Endpoints::new(self.endpoint_cap, self.names.unmatched),
            side: self.side,
            names: self.names,
            status_detail: self.status_detail,
            body_sizes: self.body_sizes,
            until_head: self.until_head,
            constant_labels: self.constant_labels,
            extra_labels: ExtraLabels::new(self.extra_labels, self.extra_combination_cap),
            sees_requests: labelled || self.body_sizes || self.hooks.see_requests(),
            sees_responses: labelled || !self.hooks.skip_statuses.is_empty(),
            hooks: self.hooks,
            recorder: self.recorder,
            overflows: OnceLock::new(),
        }))
    }
}

impl fmt::Debug for RequestMetricsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestMetricsBuilder")
            .field("names", &self.names)
            .field("endpoint_cap", &self.endpoint_cap)
            .field("constant_labels", &self.constant_labels)
            .field("extra_labels", &self.extra_labels)
            .finish_non_exhaustive()
    }
}
