//! What the metrics and their labels are called.

use std::borrow::Cow;

use metrics::Unit;

use crate::labels::Side;

/// A metric of the request layer, by its role.
///
/// The default names are given here; [`Preset`](crate::Preset) and
/// [`rename`](crate::RequestMetricsBuilder::rename) change them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Metric {
    /// `http_request_duration_seconds{method, endpoint, status}`, histogram.
    Duration,
    /// `http_request_total{method, endpoint, status}`, counter.
    Total,
    /// `http_request_exceptions_total{method, endpoint, exception}`, counter.
    Exceptions,
    /// `http_requests_in_flight{method, endpoint}`, gauge.
    InFlight,
    /// `http_request_cancelled_total{method, endpoint, phase}`, counter.
    Cancelled,
    /// `http_request_size_bytes{method, endpoint}`, histogram, opt-in.
    RequestSize,
    /// `http_response_size_bytes{method, endpoint}`, histogram, opt-in.
    ResponseSize,
    /// `http_endpoint_overflow_total`, counter.
    EndpointOverflow,
}

impl Metric {
    pub(crate) const ALL: [Self; 8] = [
        Self::Duration,
        Self::Total,
        Self::Exceptions,
        Self::InFlight,
        Self::Cancelled,
        Self::RequestSize,
        Self::ResponseSize,
        Self::EndpointOverflow,
    ];

    /// Whether it is one of the sizes of bodies, which are opted into.
    pub(crate) fn is_size(self) -> bool {
        matches!(self, Self::RequestSize | Self::ResponseSize)
    }

    /// Whether the extra labels are on it.
    pub(crate) fn has_extra_labels(self) -> bool {
        matches!(self, Self::Duration | Self::Total)
    }

    pub(crate) fn is_histogram(self) -> bool {
        self == Self::Duration || self.is_size()
    }

    pub(crate) fn description(self, side: Side) -> &'static str {
        match side {
            Side::Server | Side::Handler => self.description_of_requests(side),
            Side::Client => self.description_of_calls(),
        }
    }

    fn description_of_requests(self, side: Side) -> &'static str {
        match self {
            Self::Duration if side == Side::Handler => {
                "Time in the handler, without the middlewares around it, to the end of its response."
            }
            Self::Duration => "Time from the request to the end of its response.",
            Self::Total => "Requests by how they were answered.",
            Self::Exceptions => "Requests that ended in an exception.",
            Self::InFlight => "Requests whose response has not ended yet.",
            Self::Cancelled => "Requests dropped before the end of their response.",
            Self::RequestSize => "Size of request bodies whose length was announced.",
            Self::ResponseSize => "Size of response bodies as far as they were sent.",
            Self::EndpointOverflow => "Requests to endpoints beyond the cap.",
        }
    }

    fn description_of_calls(self) -> &'static str {
        match self {
            Self::Duration => "Time from an outgoing call to the end of its response.",
            Self::Total => "Outgoing calls by how they were answered.",
            Self::Exceptions => "Outgoing calls that failed, panicked or broke off.",
            Self::InFlight => "Outgoing calls whose response has not ended yet.",
            Self::Cancelled => "Outgoing calls dropped before the end of their response.",
            Self::RequestSize => "Size of the bodies of outgoing calls whose length was announced.",
            Self::ResponseSize => "Size of responses to outgoing calls as far as they were read.",
            Self::EndpointOverflow => "Outgoing calls to endpoint templates beyond the cap.",
        }
    }

    pub(crate) fn unit(self) -> Unit {
        match self {
            Self::Duration => Unit::Seconds,
            Self::RequestSize | Self::ResponseSize => Unit::Bytes,
            _ => Unit::Count,
        }
    }
}

/// A label of the request layer's metrics, by its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Label {
    /// `method`: a method of RFC 9110, `PATCH`, `QUERY` or `other`.
    Method,
    /// `endpoint`: the route's template, `unmatched` or `overflow`.
    Endpoint,
    /// `status`: a code from 100 to 599 (or its class), or `other`.
    Status,
    /// `exception`: what the service or one of its hooks calls the failure.
    Exception,
    /// `phase`: `head` or `body`.
    Phase,
    /// `error_type`: the code of a server error, `cancelled` for a request that was dropped before
    /// its response, or empty. OpenTelemetry only.
    ErrorType,
}

impl Label {
    pub(crate) const ALL: [Self; 6] = [
        Self::Method,
        Self::Endpoint,
        Self::Status,
        Self::Exception,
        Self::Phase,
        Self::ErrorType,
    ];
}

/// One metric's name, absent where the preset has no such metric, and its labels in order.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    name: Option<Cow<'static, str>>,
    labels: Vec<Label>,
}

impl Named {
    pub(crate) fn new(name: &'static str, labels: &[Label]) -> Self {
        Self {
            name: Some(Cow::Borrowed(name)),
            labels: labels.to_vec(),
        }
    }

    /// A metric that is not recorded unless it is given a name.
    pub(crate) fn absent(labels: &[Label]) -> Self {
        Self {
            name: None,
            labels: labels.to_vec(),
        }
    }
}

/// Every name that the layer writes.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// What goes before every name, if it is not empty.
    pub(crate) namespace: Cow<'static, str>,
    pub(crate) metrics: [Named; Metric::ALL.len()],
    pub(crate) labels: [Cow<'static, str>; Label::ALL.len()],
    /// The endpoint of a request that no route matched.
    pub(crate) unmatched: &'static str,
    /// The method of a request whose method is not standard.
    pub(crate) other_method: &'static str,
}

/// The endpoint of every request beyond the endpoint cap.
pub(crate) const OVERFLOW: &str = "overflow";

impl Names {
    /// The full name of a metric, none where it is not recorded.
    pub(crate) fn metric(&self, metric: Metric) -> Option<String> {
        let name = self.metrics[metric as usize].name.as_deref()?;
        Some(match self.namespace.as_ref() {
            "" => name.to_owned(),
            namespace => format!("{namespace}_{name}"),
        })
    }

    pub(crate) fn labels_of(&self, metric: Metric) -> &[Label] {
        &self.metrics[metric as usize].labels
    }

    pub(crate) fn label(&self, label: Label) -> &Cow<'static, str> {
        &self.labels[label as usize]
    }

    pub(crate) fn rename(&mut self, metric: Metric, name: Option<Cow<'static, str>>) {
        self.metrics[metric as usize].name = name;
    }

    pub(crate) fn drop_label(&mut self, metric: Metric, label: Label) {
        let labels = &mut self.metrics[metric as usize].labels;
        labels.retain(|&other| other != label);
    }

    pub(crate) fn rename_label(&mut self, label: Label, name: Cow<'static, str>) {
        self.labels[label as usize] = name;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_follow_the_order_of_all() {
        for (index, metric) in Metric::ALL.into_iter().enumerate() {
            assert_eq!(metric as usize, index);
        }
        for (index, label) in Label::ALL.into_iter().enumerate() {
            assert_eq!(label as usize, index);
        }
    }
}
