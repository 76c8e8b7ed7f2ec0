//! Names of the metrics of outgoing calls.

use tollgate_families::Names;

use crate::names::{Label, Metric};

/// Returns the names that a client layer gives the metrics of a request layer.
pub(super) fn client_names() -> Names<Metric> {
    let mut names = Names::default();
    names.omit_all();
    for (metric, name, help) in [
        (
            Metric::Duration,
            "request_duration_seconds",
            "Time from an outgoing call to the end of its response in seconds.",
        ),
        (
            Metric::Total,
            "request_total",
            "Outgoing calls ended, by status.",
        ),
        (
            Metric::Exceptions,
            "request_exceptions_total",
            "Outgoing calls that failed, panicked or broke off.",
        ),
        (
            Metric::InFlight,
            "requests_in_flight",
            "Outgoing calls whose response has not ended.",
        ),
        (
            Metric::Cancelled,
            "request_cancelled_total",
            "Outgoing calls dropped before the end of their response.",
        ),
        (
            Metric::EndpointOverflow,
            "endpoint_overflow_total",
            "Outgoing calls to endpoint templates beyond the maximum.",
        ),
    ] {
        names.rename(metric, format!("http_client_{name}"));
        names.set_help(metric, help);
    }
    names.rename_label(Label::Endpoint, "endpoint_template");
    names
}
