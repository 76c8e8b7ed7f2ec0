//! Names of all metrics: the complete exposition under each preset and each option.

use std::future::ready;

use futures_util::FutureExt;
use http::{Request, Response};
use tests::ledger::Ledger;
use tollgate_http::{Label, Metric, Preset, RequestMetricsBuilder, RequestMetricsLayer, Route};
use tower::{Layer, Service, service_fn};

use crate::answer::{Failure, Script};

#[test]
fn default_preset_has_the_names_of_tollgate() {
    let ledger = record(RequestMetricsBuilder::body_sizes);
    assert_eq!(
        ledger.families(),
        [
            "http_endpoint_overflow_total counter",
            "http_request_cancelled_total counter",
            "http_request_duration_seconds histogram",
            "http_request_exceptions_total counter",
            "http_request_size_bytes histogram",
            "http_request_total counter",
            "http_requests_in_flight gauge",
            "http_response_size_bytes histogram",
        ]
    );
    assert_eq!(
        ledger.samples(),
        [
            "http_endpoint_overflow_total 0",
            r#"http_request_cancelled_total{method="GET",endpoint="/tea/{leaf}",phase="head"} 1"#,
            r#"http_request_duration_seconds_count{method="GET",endpoint="/tea/{leaf}",status="200"} 1"#,
            r#"http_request_duration_seconds_count{method="GET",endpoint="/tea/{leaf}",status="499"} 1"#,
            r#"http_request_duration_seconds_count{method="other",endpoint="unmatched",status="500"} 1"#,
            r#"http_request_exceptions_total{method="other",endpoint="unmatched",exception="error"} 1"#,
            r#"http_request_size_bytes_count{method="GET",endpoint="/tea/{leaf}"} 2"#,
            r#"http_request_size_bytes_count{method="other",endpoint="unmatched"} 1"#,
            r#"http_request_size_bytes_sum{method="GET",endpoint="/tea/{leaf}"} 0"#,
            r#"http_request_size_bytes_sum{method="other",endpoint="unmatched"} 0"#,
            r#"http_request_total{method="GET",endpoint="/tea/{leaf}",status="200"} 1"#,
            r#"http_request_total{method="GET",endpoint="/tea/{leaf}",status="499"} 1"#,
            r#"http_request_total{method="other",endpoint="unmatched",status="500"} 1"#,
            r#"http_requests_in_flight{method="GET",endpoint="/tea/{leaf}"} 0"#,
            r#"http_requests_in_flight{method="other",endpoint="unmatched"} 0"#,
            r#"http_response_size_bytes_count{method="GET",endpoint="/tea/{leaf}"} 1"#,
            r#"http_response_size_bytes_sum{method="GET",endpoint="/tea/{leaf}"} 3"#,
        ]
    );
}

#[test]
fn opentelemetry_preset_follows_the_conventions() {
    let ledger = record(|builder| builder.preset(Preset::OpenTelemetry).body_sizes());
    assert_eq!(
        ledger.samples(),
        [
            r#"http_server_active_requests{http_request_method="GET"} 0"#,
            r#"http_server_active_requests{http_request_method="_OTHER"} 0"#,
            "http_server_endpoint_overflow_total 0",
            r#"http_server_request_body_size_bytes_count{http_request_method="GET",http_route="/tea/{leaf}",http_response_status_code="200",error_type=""} 1"#,
            r#"http_server_request_body_size_bytes_count{http_request_method="GET",http_route="/tea/{leaf}",http_response_status_code="499",error_type="cancelled"} 1"#,
            r#"http_server_request_body_size_bytes_count{http_request_method="_OTHER",http_route="",http_response_status_code="500",error_type="500"} 1"#,
            r#"http_server_request_body_size_bytes_sum{http_request_method="GET",http_route="/tea/{leaf}",http_response_status_code="200",error_type=""} 0"#,
            r#"http_server_request_body_size_bytes_sum{http_request_method="GET",http_route="/tea/{leaf}",http_response_status_code="499",error_type="cancelled"} 0"#,
            r#"http_server_request_body_size_bytes_sum{http_request_method="_OTHER",http_route="",http_response_status_code="500",error_type="500"} 0"#,
            r#"http_server_request_cancelled_total{http_request_method="GET",http_route="/tea/{leaf}",phase="head"} 1"#,
            r#"http_server_request_duration_seconds_count{http_request_method="GET",http_route="/tea/{leaf}",http_response_status_code="200",error_type=""} 1"#,
            r#"http_server_request_duration_seconds_count{http_request_method="GET",http_route="/tea/{leaf}",http_response_status_code="499",error_type="cancelled"} 1"#,
            r#"http_server_request_duration_seconds_count{http_request_method="_OTHER",http_route="",http_response_status_code="500",error_type="500"} 1"#,
            r#"http_server_request_exceptions_total{http_request_method="_OTHER",http_route="",exception_type="error"} 1"#,
            r#"http_server_response_body_size_bytes_count{http_request_method="GET",http_route="/tea/{leaf}",http_response_status_code="200",error_type=""} 1"#,
            r#"http_server_response_body_size_bytes_sum{http_request_method="GET",http_route="/tea/{leaf}",http_response_status_code="200",error_type=""} 3"#,
        ]
    );
}

#[test]
fn status_499_from_the_service_is_no_cancellation() {
    let ledger = Ledger::new();
    let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
    let layer = builder.preset(Preset::OpenTelemetry).build().unwrap();
    let answer = |_| {
        let response = Response::builder().status(499);
        ready(response.body(Script::sized("tea")))
    };
    let mut service = layer.layer(service_fn(answer));
    drop(service.call(Request::new(Script::sized(""))).now_or_never());
    drop(service.call(Request::new(Script::sized(""))));

    let durations = |error| {
        let labels = [("http_response_status_code", "499"), ("error_type", error)];
        let scrape = ledger.scrape();
        scrape.sum("http_server_request_duration_seconds_count", &labels)
    };
    assert_eq!((durations(""), durations("cancelled")), (1.0, 1.0));
}

#[test]
fn axum_prometheus_preset_has_the_names_of_its_dashboards() {
    let ledger = record(|builder| builder.preset(Preset::AxumPrometheus).body_sizes());
    assert_eq!(
        ledger.samples(),
        [
            "axum_http_endpoint_overflow_total 0",
            r#"axum_http_request_body_size_count{method="GET",endpoint="/tea/{leaf}"} 2"#,
            r#"axum_http_request_body_size_count{method="other",endpoint="unmatched"} 1"#,
            r#"axum_http_request_body_size_sum{method="GET",endpoint="/tea/{leaf}"} 0"#,
            r#"axum_http_request_body_size_sum{method="other",endpoint="unmatched"} 0"#,
            r#"axum_http_requests_cancelled_total{method="GET",endpoint="/tea/{leaf}",phase="head"} 1"#,
            r#"axum_http_requests_duration_seconds_count{method="GET",endpoint="/tea/{leaf}",status="200"} 1"#,
            r#"axum_http_requests_duration_seconds_count{method="GET",endpoint="/tea/{leaf}",status="499"} 1"#,
            r#"axum_http_requests_duration_seconds_count{method="other",endpoint="unmatched",status="500"} 1"#,
            r#"axum_http_requests_exceptions_total{method="other",endpoint="unmatched",exception="error"} 1"#,
            r#"axum_http_requests_pending{method="GET",endpoint="/tea/{leaf}"} 0"#,
            r#"axum_http_requests_pending{method="other",endpoint="unmatched"} 0"#,
            r#"axum_http_requests_total{method="GET",endpoint="/tea/{leaf}",status="200"} 1"#,
            r#"axum_http_requests_total{method="GET",endpoint="/tea/{leaf}",status="499"} 1"#,
            r#"axum_http_requests_total{method="other",endpoint="unmatched",status="500"} 1"#,
            r#"axum_http_response_body_size_count{method="GET",endpoint="/tea/{leaf}"} 1"#,
            r#"axum_http_response_body_size_sum{method="GET",endpoint="/tea/{leaf}"} 3"#,
        ]
    );
}

#[test]
fn flask_preset_has_the_names_of_its_exporter() {
    let ledger = record(|builder| builder.preset(Preset::Flask));
    assert_eq!(
        ledger.samples(),
        [
            "flask_http_endpoint_overflow_total 0",
            r#"flask_http_request_cancelled_total{method="GET",path="/tea/{leaf}",phase="head"} 1"#,
            r#"flask_http_request_duration_seconds_count{method="GET",path="/tea/{leaf}",status="200"} 1"#,
            r#"flask_http_request_duration_seconds_count{method="GET",path="/tea/{leaf}",status="499"} 1"#,
            r#"flask_http_request_duration_seconds_count{method="other",path="unmatched",status="500"} 1"#,
            r#"flask_http_request_exceptions_total{method="other",status="500"} 1"#,
            r#"flask_http_request_total{method="GET",status="200"} 1"#,
            r#"flask_http_request_total{method="GET",status="499"} 1"#,
            r#"flask_http_request_total{method="other",status="500"} 1"#,
            r#"flask_http_requests_in_flight{method="GET",path="/tea/{leaf}"} 0"#,
            r#"flask_http_requests_in_flight{method="other",path="unmatched"} 0"#,
        ]
    );
}

#[test]
fn metrics_and_labels_can_be_renamed_and_omitted() {
    let ledger = record(|builder| {
        builder
            .namespace("shop")
            .constant_label("region", "eu")
            .rename(Metric::Total, "sold_total")
            .rename_label(Label::Endpoint, "route")
            .without(Metric::InFlight)
            .without(Metric::EndpointOverflow)
    });
    assert_eq!(
        ledger.samples(),
        [
            r#"shop_http_request_cancelled_total{method="GET",route="/tea/{leaf}",phase="head",region="eu"} 1"#,
            r#"shop_http_request_duration_seconds_count{method="GET",route="/tea/{leaf}",status="200",region="eu"} 1"#,
            r#"shop_http_request_duration_seconds_count{method="GET",route="/tea/{leaf}",status="499",region="eu"} 1"#,
            r#"shop_http_request_duration_seconds_count{method="other",route="unmatched",status="500",region="eu"} 1"#,
            r#"shop_http_request_exceptions_total{method="other",route="unmatched",exception="error",region="eu"} 1"#,
            r#"shop_sold_total{method="GET",route="/tea/{leaf}",status="200",region="eu"} 1"#,
            r#"shop_sold_total{method="GET",route="/tea/{leaf}",status="499",region="eu"} 1"#,
            r#"shop_sold_total{method="other",route="unmatched",status="500",region="eu"} 1"#,
        ]
    );
}

#[test]
fn label_can_be_omitted_from_one_metric() {
    let ledger = record(|builder| {
        builder
            .without_label(Metric::Duration, Label::Status)
            .without_label(Metric::InFlight, Label::Endpoint)
            .without_label(Metric::InFlight, Label::Method)
            .without(Metric::Total)
    });
    assert_eq!(
        ledger.samples(),
        [
            "http_endpoint_overflow_total 0",
            r#"http_request_cancelled_total{method="GET",endpoint="/tea/{leaf}",phase="head"} 1"#,
            // The answered and the cancelled request share one series.
            r#"http_request_duration_seconds_count{method="GET",endpoint="/tea/{leaf}"} 2"#,
            r#"http_request_duration_seconds_count{method="other",endpoint="unmatched"} 1"#,
            r#"http_request_exceptions_total{method="other",endpoint="unmatched",exception="error"} 1"#,
            "http_requests_in_flight 0",
        ]
    );
}

#[test]
fn namespace_survives_a_later_preset() {
    let namespaced = |namespace: &'static str| {
        let ledger = Ledger::new();
        let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
        let builder = builder.namespace(namespace).preset(Preset::Flask);
        let mut service = builder.build().unwrap().layer(service_fn(answer));
        drop(service.call(Request::new(Script::sized(""))).now_or_never());
        let samples = ledger.samples();
        samples[0].clone()
    };
    assert_eq!(namespaced("shop"), "shop_http_endpoint_overflow_total 0");
    assert_eq!(namespaced(""), "http_endpoint_overflow_total 0");
}

/// Records three requests: one answered, one failed and unmatched, one cancelled.
fn record(configure: fn(RequestMetricsBuilder) -> RequestMetricsBuilder) -> Ledger {
    let ledger = Ledger::new();
    let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
    let layer = configure(builder).build().unwrap();
    let mut service = layer.layer(service_fn(answer));

    let request = |method| Request::builder().method(method);
    let routed = || request("GET").extension(Route::from("/tea/{leaf}"));
    let empty = || Script::sized("");
    drop(service.call(routed().body(empty()).unwrap()).now_or_never());
    drop(
        service
            .call(request("BREW").body(empty()).unwrap())
            .now_or_never(),
    );
    drop(service.call(routed().body(empty()).unwrap()));
    ledger
}

async fn answer(request: Request<Script>) -> Result<Response<Script>, Failure> {
    if request.method() == "BREW" {
        return Err(Failure);
    }
    Ok(Response::new(Script::sized("tea")))
}
