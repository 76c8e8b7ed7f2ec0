//! What the metrics of outgoing calls and their labels are called.

use std::borrow::Cow;

use crate::names::{Label, Metric, Named, Names};

/// A metric of the client layer, by its role.
///
/// The default names are given here; [`rename`](super::ClientMetricsBuilder::rename) changes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientMetric {
    /// `http_client_request_duration_seconds{client, method, status}`, histogram.
    Duration,
    /// `http_client_request_total{client, method, status}`, counter.
    Total,
    /// `http_client_request_exceptions_total{client, method, exception}`, counter.
    Exceptions,
    /// `http_client_requests_in_flight{client, method}`, gauge.
    InFlight,
    /// `http_client_request_cancelled_total{client, method, phase}`, counter.
    Cancelled,
    /// `http_client_endpoint_overflow_total{client}`, counter, with endpoint templates.
    EndpointOverflow,
}

/// A label of the client layer's metrics, by its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientLabel {
    /// `client`: the name that the layer was given.
    Client,
    /// `method`: a method of RFC 9110, `PATCH`, `QUERY` or `other`.
    Method,
    /// `endpoint_template`: what the call's [`EndpointTemplate`](super::EndpointTemplate) says,
    /// `unnamed` or `overflow`. Opt-in.
    EndpointTemplate,
    /// `status`: a code from 100 to 599 (or its class), or `other`; without a response
    /// `network_error`, `timeout`, `cancelled` or `panic`.
    Status,
    /// `exception`: `network_error`, `timeout`, `cancelled`, `panic` or `body`.
    Exception,
    /// `phase`: `head` or `body`.
    Phase,
}

impl From<ClientMetric> for Metric {
    fn from(metric: ClientMetric) -> Self {
        match metric {
            ClientMetric::Duration => Self::Duration,
            ClientMetric::Total => Self::Total,
            ClientMetric::Exceptions => Self::Exceptions,
            ClientMetric::InFlight => Self::InFlight,
            ClientMetric::Cancelled => Self::Cancelled,
            ClientMetric::EndpointOverflow => Self::EndpointOverflow,
        }
    }
}

impl ClientLabel {
    /// The label of the request layer that has its role; none for the client's name, which is a
    /// constant.
    pub(super) fn role(self) -> Option<Label> {
        match self {
            Self::Client => None,
            Self::Method => Some(Label::Method),
            Self::EndpointTemplate => Some(Label::Endpoint),
            Self::Status => Some(Label::Status),
            Self::Exception => Some(Label::Exception),
            Self::Phase => Some(Label::Phase),
        }
    }
}

/// The default names.
pub(super) fn names() -> Names {
    Names {
        namespace: Cow::Borrowed(""),
        metrics: [
            Named::new(
                "http_client_request_duration_seconds",
                &[Label::Method, Label::Endpoint, Label::Status],
            ),
            Named::new(
                "http_client_request_total",
                &[Label::Method, Label::Endpoint, Label::Status],
            ),
            Named::new(
                "http_client_request_exceptions_total",
                &[Label::Method, Label::Endpoint, Label::Exception],
            ),
            Named::new(
                "http_client_requests_in_flight",
                &[Label::Method, Label::Endpoint],
            ),
            Named::new(
                "http_client_request_cancelled_total",
                &[Label::Method, Label::Endpoint, Label::Phase],
            ),
            Named::absent(&[]),
            Named::absent(&[]),
            Named::new("http_client_endpoint_overflow_total", &[]),
        ],
        labels: [
            "method",
            "endpoint_template",
            "status",
            "exception",
            "phase",
            "error_type",
        ]
        .map(Cow::Borrowed),
        unmatched: "unnamed",
        other_method: "other",
    }
}
