//! Names and labels of the metrics of outgoing calls.

use tollgate_families::{Group, GroupLabel, Names, families};

use crate::names::{Label, Metric};

families! {
    /// Metric of the client layer, by its role.
    ///
    /// The default names are given here; [`rename`](super::ClientMetricsBuilder::rename) changes them.
    pub enum ClientMetric {
        Duration: histogram(Seconds) "http_client_request_duration_seconds"
            {client, method, endpoint_template, status}
            "Time from an outgoing call to the end of its response in seconds.";
        Total: counter(Count) "http_client_request_total" {client, method, endpoint_template, status}
            "Outgoing calls ended, by status.";
        Exceptions: counter(Count) "http_client_request_exceptions_total"
            {client, method, endpoint_template, exception}
            "Outgoing calls that failed, panicked or broke off.";
        InFlight: gauge(Count) "http_client_requests_in_flight" {client, method, endpoint_template}
            "Outgoing calls whose response has not ended.";
        Cancelled: counter(Count) "http_client_request_cancelled_total"
            {client, method, endpoint_template, phase}
            "Outgoing calls dropped before the end of their response.";
        /// With endpoint templates.
        EndpointOverflow: counter(Count) "http_client_endpoint_overflow_total" {client}
            "Outgoing calls to endpoint templates beyond the maximum.";
    }

    /// Label of the client layer's metrics, by its role.
    pub enum ClientLabel {
        /// No metric can be without it.
        client = Client "the name that the layer was given";
        method = Method "a method of RFC 9110, `PATCH`, `QUERY` or `other`";
        /// Opt-in.
        endpoint_template = EndpointTemplate
            "the call's [`EndpointTemplate`](super::EndpointTemplate), `unnamed` or `overflow`";
        status = Status
            "a code from 100 to 599 (or its class), or `other`; without a response `network_error`, \
             `timeout`, `cancelled` or `panic`";
        exception = Exception "`network_error`, `timeout`, `cancelled`, `panic` or `body`";
        phase = Phase "`head` or `body`";
    }
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
    /// Returns the label of the request layer with this role; `None` for the client's name, which is a
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

/// Returns the names in force for the roles of the request layer.
pub(super) fn names_of_roles(names: &Names<ClientMetric>) -> Names<Metric> {
    let mut roles = Names::default();
    roles.omit_all();
    for &metric in ClientMetric::ALL {
        if let Some(name) = names.metric(metric) {
            roles.rename(metric.into(), name);
        }
        let labels = names.labels_of(metric).iter();
        let labels: Vec<_> = labels.filter_map(|label| label.role()).collect();
        roles.set_labels(metric.into(), &labels);
        roles.set_help(metric.into(), ClientMetric::FAMILIES[metric.index()].help);
    }
    for &label in ClientLabel::ALL {
        if let Some(role) = label.role() {
            roles.rename_label(role, names.label(label).clone());
        }
    }
    for (name, value) in names.constant_labels() {
        roles.add_constant_label(name.clone(), value.clone());
    }
    roles
}
