//! A pair of layers: their durations differ by the cost of the middlewares between them.

use std::convert::Infallible;
use std::future::ready;
use std::thread;

use futures_util::FutureExt;
use http::{Request, Response, StatusCode};
use tests::ledger::Ledger;
use tollgate_http::{Metric, RequestMetricsLayer, ResponseBody};
use tower::{ServiceBuilder, ServiceExt, service_fn};

use crate::answer::{PAUSE, Script};
use crate::hosts::routed;

#[test]
fn inner_layer_records_only_the_handler() {
    let ledger = Ledger::new();
    let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
    let builder = builder.namespace("shop").body_sizes();
    let inner = builder.clone().handler_only().build().unwrap();
    call(builder.build().unwrap(), inner);

    let start = r#"{method="GET",endpoint="/things/{id}""#;
    assert_eq!(
        ledger.samples(),
        [
            "shop_http_endpoint_overflow_total 0".to_owned(),
            format!(r#"shop_http_handler_duration_seconds_count{start},status="200"}} 1"#),
            format!(r#"shop_http_request_duration_seconds_count{start},status="202"}} 1"#),
            format!("shop_http_request_size_bytes_count{start}}} 1"),
            format!("shop_http_request_size_bytes_sum{start}}} 0"),
            format!(r#"shop_http_request_total{start},status="202"}} 1"#),
            format!("shop_http_requests_in_flight{start}}} 0"),
            format!("shop_http_response_size_bytes_count{start}}} 1"),
            format!("shop_http_response_size_bytes_sum{start}}} 3"),
        ]
    );
    let sum = |name| ledger.scrape().sum(name, &[]);
    let all = sum("shop_http_request_duration_seconds_sum");
    let stack = all - sum("shop_http_handler_duration_seconds_sum");
    // Two clocks differ by some microseconds.
    assert!(stack > PAUSE.as_secs_f64() * 0.9, "{stack}");
}

#[test]
fn names_of_django_prometheus_can_be_configured() {
    let ledger = Ledger::new();
    let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
    let builder = builder.namespace("django_http_requests_latency");
    let inner = builder.clone().handler_only();
    let inner = inner.rename(Metric::Duration, "seconds_by_view_method");
    let outer = builder.rename(Metric::Duration, "including_middlewares_seconds");
    call(outer.build().unwrap(), inner.build().unwrap());

    let families = ledger.families();
    for family in ["including_middlewares_seconds", "seconds_by_view_method"] {
        let family = format!("django_http_requests_latency_{family} histogram");
        assert!(families.contains(&family), "{families:?}");
    }
}

/// Calls a handler inside a middleware that pauses and changes the status.
fn call(outer: RequestMetricsLayer, inner: RequestMetricsLayer) {
    let service = ServiceBuilder::new()
        .layer(outer)
        .map_response(|mut response: Response<ResponseBody<Script>>| {
            thread::sleep(PAUSE);
            *response.status_mut() = StatusCode::ACCEPTED;
            response
        })
        .layer(inner)
        .service(service_fn(|_: Request<Script>| {
            ready(Ok::<_, Infallible>(Response::new(Script::sized("tea"))))
        }));
    let request = routed(Request::new(Script::sized("")));
    assert!(service.oneshot(request).now_or_never().is_some());
}
