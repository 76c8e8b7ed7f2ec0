//! Builder of a client layer.

use std::{borrow::Cow, error::Error, sync::Arc};

use metrics::Recorder;
use tollgate_families::{Group, GroupLabel};

use super::{
    CallFailure, ClientLabel, ClientMetric, ClientMetricsLayer, failure::Classifier, names::naming,
};
use crate::{
    BoundedLabel, BuildError, Label, Metric, RequestHead, RequestMetricsBuilder, labels::Side,
    ownership::Counted,
};

/// Builds a [`ClientMetricsLayer`].
///
/// # Examples
///
/// A counter of a gateway's calls, by provider and model:
///
/// ```
/// use tollgate_http::{BoundedLabel, client::{ClientLabel, ClientMetric, ClientMetricsLayer}};
///
/// # #[derive(Clone)] struct Model(&'static str);
/// let layer = ClientMetricsLayer::builder("anthropic")
///     .namespace("aurora")
///     .rename(ClientMetric::Total, "requests_total")
///     .rename_label(ClientLabel::Client, "provider")
///     .rename_label(ClientLabel::Status, "status_code")
///     .bounded_label(BoundedLabel::from_request("model", |request| {
///         let model: Option<&Model> = request.extensions().get();
///         model.map_or("unknown", |model| model.0).into()
///     }))
///     .build()?;
/// # Ok::<(), tollgate_http::BuildError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct ClientMetricsBuilder {
    requests: RequestMetricsBuilder,
    client: Cow<'static, str>,
    client_label: Cow<'static, str>,
    endpoint_template: bool,
    classifier: Classifier,
}

impl ClientMetricsBuilder {
    pub(super) fn new(client: Cow<'static, str>) -> Self {
        Self {
            requests: RequestMetricsBuilder::of(Side::Client, naming()),
            client,
            client_label: Cow::Borrowed(ClientLabel::NAMES[ClientLabel::Client.index()]),
            endpoint_template: false,
            classifier: Classifier::default(),
        }
    }

    /// Puts a namespace before every name: `shop` gives `shop_http_client_request_total`.
    pub fn namespace(self, namespace: impl Into<Cow<'static, str>>) -> Self {
        self.with(|requests| requests.namespace(namespace))
    }

    /// Renames a metric. A namespace still goes before the new name.
    pub fn rename(self, metric: ClientMetric, name: impl Into<Cow<'static, str>>) -> Self {
        self.with(|requests| requests.rename(metric.into(), name))
    }

    /// Leaves a metric out.
    pub fn without(self, metric: ClientMetric) -> Self {
        self.with(|requests| requests.without(metric.into()))
    }

    /// Renames a label in all metrics.
    pub fn rename_label(mut self, label: ClientLabel, name: impl Into<Cow<'static, str>>) -> Self {
        let Some(role) = label.role() else {
            self.client_label = name.into();
            return self;
        };
        self.with(|requests| requests.rename_label(role, name))
    }

    /// Leaves a label out of one metric, except the client's name, which is on all of them. Series that
    /// differ only in this label are merged.
    pub fn without_label(self, metric: ClientMetric, label: ClientLabel) -> Self {
        let Some(role) = label.role() else {
            return self;
        };
        self.with(|requests| requests.without_label(metric.into(), role))
    }

    /// Adds a label with the same value to all metrics.
    pub fn constant_label(
        self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.with(|requests| requests.constant_label(name, value))
    }

    /// Adds a label of your own to the duration and the total; four at most. A value from the response
    /// is empty for a call without one.
    pub fn bounded_label(self, label: BoundedLabel) -> Self {
        self.with(|requests| requests.bounded_label(label))
    }

    /// Keeps so many combinations of the values of all bounded labels apart, 1,000 unless given.
    pub fn max_label_combinations(self, max: usize) -> Self {
        self.with(|requests| requests.max_label_combinations(max))
    }

    /// Adds the label `endpoint_template`: the [`EndpointTemplate`](super::EndpointTemplate) of a call,
    /// or `unnamed`.
    pub fn endpoint_template(mut self) -> Self {
        self.endpoint_template = true;
        self
    }

    /// Names the endpoint template of a call if the hook returns a name. Give it names from a closed
    /// set, never the path.
    pub fn name_endpoint(
        self,
        name: impl Fn(RequestHead<'_>) -> Option<Cow<'_, str>> + Send + Sync + 'static,
    ) -> Self {
        self.endpoint_template()
            .with(|requests| requests.name_endpoint(name))
    }

    /// Keeps so many endpoint templates apart, 1,000 unless given; all others are `overflow`.
    pub fn max_endpoints(self, max: usize) -> Self {
        self.with(|requests| requests.max_endpoints(max))
    }

    /// Records the class of the status (`4xx`) instead of the code. Calls without a response keep
    /// theirs, such as `timeout`.
    pub fn status_by_class(self) -> Self {
        self.with(RequestMetricsBuilder::status_by_class)
    }

    /// Ends every call at the head of its response.
    pub fn until_head(self) -> Self {
        self.with(RequestMetricsBuilder::until_head)
    }

    /// Classifies errors of a type, anywhere in the chain of sources of a call's error. The first hook
    /// that returns a class decides.
    ///
    /// Without one, an error is a timeout if it or one of its sources is an
    /// [`io::Error`](std::io::Error) that timed out, an `Elapsed` of tower's or Tokio's, or one of
    /// reqwest's that says so; else a network error. The sources of a client's error can be reached
    /// if it is a boxed error, one of hyper-util's or reqwest's (with their features), or one of
    /// the types that hooks are for.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io;
    /// use tollgate_http::client::{CallFailure, ClientMetricsLayer};
    ///
    /// let layer = ClientMetricsLayer::builder("github")
    ///     .classify_error(|error: &io::Error| {
    ///         (error.kind() == io::ErrorKind::Interrupted).then_some(CallFailure::Cancelled)
    ///     })
    ///     .build()?;
    /// # Ok::<(), tollgate_http::BuildError>(())
    /// ```
    pub fn classify_error<E: Error + 'static>(
        mut self,
        classify: impl Fn(&E) -> Option<CallFailure> + Send + Sync + 'static,
    ) -> Self {
        self.classifier.add(classify);
        self
    }

    /// Registers the series with `recorder` instead of the global one.
    pub fn recorder(self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.with(|requests| requests.recorder(recorder))
    }

    /// Builds the layer.
    ///
    /// # Errors
    ///
    /// If Prometheus does not accept the name of a metric or label, if a name is given twice, or if a
    /// maximum is out of bounds.
    pub fn build(self) -> Result<ClientMetricsLayer, BuildError> {
        let calls = self.complete().build_requests::<Counted>()?;
        Ok(ClientMetricsLayer { calls })
    }

    /// Returns the request layer's builder with the client's own settings.
    fn complete(self) -> RequestMetricsBuilder {
        let mut requests = self.requests;
        if !self.endpoint_template {
            requests = Metric::ALL
                .iter()
                .fold(requests, |requests, &metric| {
                    requests.without_label(metric, Label::Endpoint)
                })
                .without(Metric::EndpointOverflow);
        }
        let classifier = self.classifier;
        requests
            .constant_label(self.client_label, self.client)
            .name_any_error(move |error| Some(classifier.classify(error).label()))
    }

    fn with(mut self, change: impl FnOnce(RequestMetricsBuilder) -> RequestMetricsBuilder) -> Self {
        self.requests = change(self.requests);
        self
    }
}

impl ClientMetricsLayer {
    /// Creates a layer for a client of this name, with the default names and nothing opted into.
    pub fn new(client: impl Into<Cow<'static, str>>) -> Self {
        let builder = Self::builder(client).complete();
        let families = builder.families();
        Self {
            calls: builder.into_requests::<Counted>(families),
        }
    }

    /// Returns a builder for a client of this name.
    pub fn builder(client: impl Into<Cow<'static, str>>) -> ClientMetricsBuilder {
        ClientMetricsBuilder::new(client.into())
    }
}
