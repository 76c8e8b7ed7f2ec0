//! Builder of a client layer.

use std::{borrow::Cow, error::Error};

use tollgate_families::{Families, family_setters};

use super::{CallFailure, ClientMetricsLayer, failure::Classifier, names::client_names};
use crate::{
    BoundedLabel, BuildError, Label, Metric, RequestHead, RequestMetricsBuilder, side::Client,
};

/// Builds a [`ClientMetricsLayer`].
///
/// # Examples
///
/// A counter of a gateway's calls, by provider and model:
///
/// ```
/// use tollgate_http::{BoundedLabel, Label, Metric, client::ClientMetricsLayer};
///
/// # #[derive(Clone)] struct Model(&'static str);
/// let layer = ClientMetricsLayer::builder("anthropic")
///     .namespace("aurora")
///     .rename(Metric::Total, "requests_total")
///     .rename_label(Label::Client, "provider")
///     .rename_label(Label::Status, "status_code")
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
    client: Cow<'static, str>,
    families: Families<Metric>,
    endpoint_template: bool,
    classifier: Classifier,
    /// Settings that both sides have.
    requests: RequestMetricsBuilder,
}

impl ClientMetricsBuilder {
    family_setters!(names: Metric, Label);
    family_setters!(recorder);

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

    /// Builds the layer.
    ///
    /// # Errors
    ///
    /// If Prometheus does not accept the name of a metric or label, if a name is given twice, or if a
    /// maximum is out of bounds.
    pub fn build(self) -> Result<ClientMetricsLayer, BuildError> {
        let requests = self.complete();
        requests.check()?;
        Ok(ClientMetricsLayer {
            calls: requests.into_requests::<Client>(),
        })
    }

    /// Returns the builder of the request layer with the client's own names and settings.
    pub(crate) fn complete(mut self) -> RequestMetricsBuilder {
        let names = &mut self.families.names;
        if !self.endpoint_template {
            names.omit_label_everywhere(Label::Endpoint);
            names.omit(Metric::EndpointOverflow);
        }
        let client_label = names.label(Label::Client).clone();
        names.add_constant_label(client_label, self.client);
        let mut requests = self.requests;
        requests.unmatched = "unnamed";
        requests.families = self.families;
        let classifier = self.classifier;
        requests.name_any_error(move |error| Some(classifier.classify(error).label()))
    }

    fn with(mut self, change: impl FnOnce(RequestMetricsBuilder) -> RequestMetricsBuilder) -> Self {
        self.requests = change(self.requests);
        self
    }
}

impl ClientMetricsLayer {
    /// Creates a layer for a client of this name, with the default names and nothing opted into.
    pub fn new(client: impl Into<Cow<'static, str>>) -> Self {
        let requests = Self::builder(client).complete();
        Self {
            calls: requests.into_requests::<Client>(),
        }
    }

    /// Returns a builder for a client of this name.
    pub fn builder(client: impl Into<Cow<'static, str>>) -> ClientMetricsBuilder {
        ClientMetricsBuilder {
            client: client.into(),
            families: Families::new(client_names()),
            endpoint_template: false,
            classifier: Classifier::default(),
            requests: RequestMetricsBuilder::default(),
        }
    }
}
