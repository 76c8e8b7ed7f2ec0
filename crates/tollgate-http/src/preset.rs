//! The names that other exporters' dashboards expect.

use std::borrow::Cow;

use crate::names::{
    Label::{self, Endpoint, ErrorType, Exception, Method, Phase, Status},
    Metric, Named, Names,
};

/// A set of names that existing dashboards and rules know.
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
    /// There is no counter of requests (the histogram counts them), methods that are not standard
    /// are `_OTHER`, and `http_route` is empty where no route matched.
    OpenTelemetry,
    /// The names of axum-prometheus: `axum_http_requests_total`,
    /// `axum_http_requests_duration_seconds`, `axum_http_requests_pending`. A namespace takes the
    /// place of `axum`.
    AxumPrometheus,
    /// The names of `prometheus_flask_exporter`:
    /// `flask_http_request_duration_seconds{method, path, status}`,
    /// `flask_http_request_total{method, status}`,
    /// `flask_http_request_exceptions_total{method, status}`. A namespace takes the place of
    /// `flask`.
    Flask,
}

const REQUEST: &[Label] = &[Method, Endpoint];
const ANSWER: &[Label] = &[Method, Endpoint, Status];
const EXCEPTION: &[Label] = &[Method, Endpoint, Exception];
const CANCELLED: &[Label] = &[Method, Endpoint, Phase];
const CONVENTIONAL: &[Label] = &[Method, Endpoint, Status, ErrorType];

impl From<Preset> for Names {
    fn from(preset: Preset) -> Self {
        match preset {
            Preset::Tollgate => tollgate(),
            Preset::OpenTelemetry => open_telemetry(),
            Preset::AxumPrometheus => axum_prometheus(),
            Preset::Flask => flask(),
        }
    }
}

fn tollgate() -> Names {
    Names {
        namespace: Cow::Borrowed(""),
        metrics: [
            Named::new("http_request_duration_seconds", ANSWER),
            Named::new("http_request_total", ANSWER),
            Named::new("http_request_exceptions_total", EXCEPTION),
            Named::new("http_requests_in_flight", REQUEST),
            Named::new("http_request_cancelled_total", CANCELLED),
            Named::new("http_request_size_bytes", REQUEST),
            Named::new("http_response_size_bytes", REQUEST),
            Named::new("http_endpoint_overflow_total", &[]),
        ],
        labels: [
            "method",
            "endpoint",
            "status",
            "exception",
            "phase",
            "error_type",
        ]
        .map(Cow::Borrowed),
        unmatched: "unmatched",
        other_method: "other",
    }
}

fn open_telemetry() -> Names {
    Names {
        namespace: Cow::Borrowed(""),
        metrics: [
            Named::new("http_server_request_duration_seconds", CONVENTIONAL),
            Named::absent(ANSWER),
            Named::new("http_server_request_exceptions_total", EXCEPTION),
            Named::new("http_server_active_requests", &[Method]),
            Named::new("http_server_request_cancelled_total", CANCELLED),
            Named::new("http_server_request_body_size_bytes", CONVENTIONAL),
            Named::new("http_server_response_body_size_bytes", CONVENTIONAL),
            Named::new("http_server_endpoint_overflow_total", &[]),
        ],
        labels: [
            "http_request_method",
            "http_route",
            "http_response_status_code",
            "exception_type",
            "phase",
            "error_type",
        ]
        .map(Cow::Borrowed),
        unmatched: "",
        other_method: "_OTHER",
    }
}

fn axum_prometheus() -> Names {
    Names {
        namespace: Cow::Borrowed("axum"),
        metrics: [
            Named::new("http_requests_duration_seconds", ANSWER),
            Named::new("http_requests_total", ANSWER),
            Named::new("http_requests_exceptions_total", EXCEPTION),
            Named::new("http_requests_pending", REQUEST),
            Named::new("http_requests_cancelled_total", CANCELLED),
            Named::new("http_request_body_size", REQUEST),
            Named::new("http_response_body_size", REQUEST),
            Named::new("http_endpoint_overflow_total", &[]),
        ],
        ..tollgate()
    }
}

fn flask() -> Names {
    let mut names = Names {
        namespace: Cow::Borrowed("flask"),
        ..tollgate()
    };
    names.metrics[Metric::Total as usize] = Named::new("http_request_total", &[Method, Status]);
    names.metrics[Metric::Exceptions as usize] =
        Named::new("http_request_exceptions_total", &[Method, Status]);
    names.rename_label(Endpoint, Cow::Borrowed("path"));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(preset: Preset, metric: Metric) -> String {
        let names = Names::from(preset);
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
        let names = Names::from(Preset::OpenTelemetry);
        assert_eq!(names.metric(Metric::Total), None);
        assert_eq!(
            spelled(Preset::OpenTelemetry, Metric::Duration),
            "http_server_request_duration_seconds\
             {http_request_method,http_route,http_response_status_code,error_type}"
        );
    }
}
