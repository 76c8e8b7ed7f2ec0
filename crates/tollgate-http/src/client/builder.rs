//! What a client layer can be told.

use std::{borrow::Cow, error::Error, sync::Arc};

use metrics::Recorder;

use super::{
    CallFailure, ClientLabel, ClientMetric, ClientMetricsLayer, failure::Classifier, names::names,
};
use crate::{
    BuildError, ExtraLabel, Label, Metric, RequestHead, RequestMetricsBuilder, labels::Side,
    meter::Meter,
};

/// Builds a [`ClientMetricsLayer`].
///
/// # Examples
///
/// A counter of a gateway's calls, by provider and by the model that was asked for:
///
/// ```
/// use tollgate_http::{ExtraLabel, client::{ClientLabel, ClientMetric, ClientMetricsLayer}};
///
/// # #[derive(Clone)] struct Model(&'static str);
/// let layer = ClientMetricsLayer::builder("anthropic")
///     .namespace("aurora")
///     .rename(ClientMetric::Total, "requests_total")
///     .rename_label(ClientLabel::Client, "provider")
///     .rename_label(ClientLabel::Status, "status_code")
///     .extra_label(ExtraLabel::from_request("model", |request| {
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
            requests: RequestMetricsBuilder::of(Side::Client, names()),
            client,
            client_label: Cow::Borrowed("client"),
            endpoint_template: false,
            classifier: Classifier::default(),
        }
    }

    /// Puts a namespace before every name: `shop` gives `shop_http_client_request_total`.
    pub fn namespace(self, namespace: impl Into<Cow<'static, str>>) -> Self {
        self.with(|requests| requests.namespace(namespace))
    }

    /// Renames a metric. The namespace, if there is one, still goes before it.
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

    /// Leaves a label out of one metric; the client's name is on all of them. Series that it alone
    /// told apart are one then.
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

    /// Adds a label of your own to the duration and the total; four at most. One that is taken from
    /// the response is empty where there was none.
    pub fn extra_label(self, label: ExtraLabel) -> Self {
        self.with(|requests| requests.extra_label(label))
    }

    /// Keeps this many combinations of the values of all extra labels apart, 1,000 unless given.
    pub fn extra_combination_cap(self, cap: usize) -> Self {
        self.with(|requests| requests.extra_combination_cap(cap))
    }

    /// Adds the label `endpoint_template`: what the
    /// [`EndpointTemplate`](super::EndpointTemplate) of a call says, or else `unnamed`.
    pub fn endpoint_template(mut self) -> Self {
        self.endpoint_template = true;
        self
    }

    /// Names the endpoint template of a call, where the hook gives a name. Give it names from a
    /// closed set, never the path.
    pub fn name_endpoint(
        self,
        name: impl Fn(RequestHead<'_>) -> Option<Cow<'_, str>> + Send + Sync + 'static,
    ) -> Self {
        self.endpoint_template()
            .with(|requests| requests.name_endpoint(name))
    }

    /// Keeps this many endpoint templates apart, 1,000 unless given; all others are `overflow`.
    pub fn endpoint_cap(self, cap: usize) -> Self {
        self.with(|requests| requests.endpoint_cap(cap))
    }

    /// Records the class of the status (`4xx`) instead of the code. Calls without a response keep
    /// their word.
    pub fn status_by_class(self) -> Self {
        self.with(RequestMetricsBuilder::status_by_class)
    }

    /// Ends every call at the head of its response.
    pub fn until_head(self) -> Self {
        self.with(RequestMetricsBuilder::until_head)
    }

    /// Tells what errors of a type mean, wherever they are in the chain of sources of a call's
    /// error. Of hooks for one type the first that gives an answer counts.
    ///
    /// Without an answer, an error is a timeout if it or one of its sources is an
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

    /// Registers the series with this recorder instead of the global one.
    pub fn recorder(self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.with(|requests| requests.recorder(recorder))
    }

    /// Builds the layer.
    ///
    /// # Errors
    ///
    /// If a metric or label has a name that Prometheus does not accept, that is reserved or that is
    /// given twice, or if a cap or limit is out of bounds.
    pub fn build(self) -> Result<ClientMetricsLayer, BuildError> {
        ClientMetricsLayer::build(self)
    }

    pub(super) fn build_meter(self) -> Result<&'static Meter, BuildError> {
        self.complete().build_meter()
    }

    pub(super) fn into_meter(self) -> &'static Meter {
        self.complete().into_meter()
    }

    /// The request layer's builder, with all that only a client has.
    fn complete(self) -> RequestMetricsBuilder {
        let mut requests = self.requests;
        if !self.endpoint_template {
            requests = Metric::ALL
                .into_iter()
                .fold(requests, |requests, metric| {
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
