//! Names of other exporters, which existing dashboards expect.

use tollgate_families::Names;

use crate::names::{
    Label::{Endpoint, ErrorType, Exception, Method, Status},
    Metric,
};

/// Set of names that existing dashboards and rules know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Preset {
    /// tollgate's own names.
    #[default]
    Tollgate,
    /// OpenTelemetry's HTTP server conventions, as Prometheus spells them:
    /// `http_server_request_duration_seconds{http_request_method, http_route,
    /// http_response_status_code, error_type}`, the body sizes with the same labels,
    /// `http_server_active_requests{http_request_method}`.
    /// There is no counter of requests (the histogram counts them), other methods than
    /// the standard ones are `_OTHER`, and `http_route` is empty if no route matched.
    OpenTelemetry,
    /// The names of axum-prometheus: `axum_http_requests_total`,
    /// `axum_http_requests_duration_seconds`, `axum_http_requests_pending`. A namespace takes the
    /// place of `axum`.
    ///
    /// Names and labels are the same, not all values: whole bounds are `le="1.0"` instead of `"1"`, the
    /// duration has three bounds more (0.075, 0.75 and 7.5), an unknown method is `other` instead of empty, a
    /// path without a route is `unmatched` instead of the path, a request that is dropped before its
    /// response counts with status 499 and one that panics with 500 instead of not at all, and a request
    /// ends with its body. `docs/migrating.md` in the repository has every difference.
    AxumPrometheus,
    /// The names of `prometheus_flask_exporter`:
    /// `flask_http_request_duration_seconds{method, path, status}`,
    /// `flask_http_request_total{method, status}`,
    /// `flask_http_request_exceptions_total{method, status}`. A namespace takes the place of
    /// `flask`. `path` is the template of the route, never the path.
    Flask,
}

impl Preset {
    pub(crate) fn names(self) -> Names<Metric> {
        match self {
            Self::Tollgate => Names::default(),
            Self::OpenTelemetry => open_telemetry(),
            Self::AxumPrometheus => axum_prometheus(),
            Self::Flask => flask(),
        }
    }

    /// Returns the endpoint of a request that no route matched, and the method of a request whose
    /// method is not standard.
    pub(crate) fn other_values(self) -> (&'static str, &'static str) {
        match self {
            Self::OpenTelemetry => ("", "_OTHER"),
            _ => ("unmatched", "other"),
        }
    }
}

fn open_telemetry() -> Names<Metric> {
    let mut names = Names::default();
    names.omit(Metric::Total);
    for (metric, name) in [
        (Metric::Duration, "request_duration_seconds"),
        (Metric::Exceptions, "request_exceptions_total"),
        (Metric::InFlight, "active_requests"),
        (Metric::Cancelled, "request_cancelled_total"),
        (Metric::RequestSize, "request_body_size_bytes"),
        (Metric::ResponseSize, "response_body_size_bytes"),
        (Metric::EndpointOverflow, "endpoint_overflow_total"),
    ] {
        names.rename(metric, format!("http_server_{name}"));
    }
    for metric in [Metric::Duration, Metric::RequestSize, Metric::ResponseSize] {
        names.set_labels(metric, &[Method, Endpoint, Status, ErrorType]);
    }
    names.set_labels(Metric::InFlight, &[Method]);
    for (label, name) in [
        (Method, "http_request_method"),
        (Endpoint, "http_route"),
        (Status, "http_response_status_code"),
        (Exception, "exception_type"),
    ] {
        names.rename_label(label, name);
    }
    names
}

fn axum_prometheus() -> Names<Metric> {
    let mut names = Names::default();
    names.set_default_namespace("axum");
    for (metric, name) in [
        (Metric::Duration, "http_requests_duration_seconds"),
        (Metric::Total, "http_requests_total"),
        (Metric::Exceptions, "http_requests_exceptions_total"),
        (Metric::InFlight, "http_requests_pending"),
        (Metric::Cancelled, "http_requests_cancelled_total"),
        (Metric::RequestSize, "http_request_body_size"),
        (Metric::ResponseSize, "http_response_body_size"),
    ] {
        names.rename(metric, name);
    }
    names
}

fn flask() -> Names<Metric> {
    let mut names = Names::default();
    names.set_default_namespace("flask");
    names.set_labels(Metric::Total, &[Method, Status]);
    names.set_labels(Metric::Exceptions, &[Method, Status]);
    names.rename_label(Endpoint, "path");
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(preset: Preset, metric: Metric) -> String {
        let names = preset.names();
        let labels: Vec<&str> = names
            .labels_of(metric)
            .iter()
            .map(|&label| names.label(label).as_ref())
            .collect();
        format!("{}{{{}}}", names.metric(metric).unwrap(), labels.join(","))
    }

    #[test]
    fn flask_gives_the_flask_exporters_names() {
        assert_eq!(
            [Metric::Duration, Metric::Total, Metric::Exceptions]
                .map(|metric| spelled(Preset::Flask, metric)),
            [
                "flask_http_request_duration_seconds{method,path,status}",
                "flask_http_request_total{method,status}",
                "flask_http_request_exceptions_total{method,status}",
            ]
        );
    }

    #[test]
    fn axum_prometheus_gives_its_names() {
        assert_eq!(
            [Metric::Duration, Metric::Total, Metric::InFlight]
                .map(|metric| spelled(Preset::AxumPrometheus, metric)),
            [
                "axum_http_requests_duration_seconds{method,endpoint,status}",
                "axum_http_requests_total{method,endpoint,status}",
                "axum_http_requests_pending{method,endpoint}",
            ]
        );
    }

    #[test]
    fn opentelemetry_counts_requests_in_the_histogram_only() {
        let names = Preset::OpenTelemetry.names();
        assert_eq!(names.metric(Metric::Total), None);
        assert_eq!(
            spelled(Preset::OpenTelemetry, Metric::Duration),
            "http_server_request_duration_seconds\
             {http_request_method,http_route,http_response_status_code,error_type}"
        );
    }
}
