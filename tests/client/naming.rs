//! Names and labels that other systems use for their outgoing calls.

use std::convert::Infallible;
use std::future::ready;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use http_body_util::Empty;
use tests::ledger::Ledger;
use tollgate_http::client::{ClientMetricsBuilder, ClientMetricsLayer, EndpointTemplate};
use tollgate_http::{BoundedLabel, Label, Metric};
use tower::{Layer, ServiceExt, service_fn};

type Call = Request<Empty<Bytes>>;

/// Extension that names the model of a call.
#[derive(Debug, Clone, Copy)]
struct Model(&'static str);

#[test]
fn names_of_a_github_client_can_be_configured() {
    let samples = samples(
        "github",
        |builder| {
            builder
                .rename(Metric::Duration, "github_api_call_latency")
                .without_label(Metric::Duration, Label::Method)
                .without(Metric::Total)
                .without(Metric::InFlight)
        },
        [Request::new(Empty::new())],
    );
    assert_eq!(
        samples,
        [
            r#"github_api_call_latency_count{status="200",client="github"} 1"#,
            r#"github_api_call_latency_sum{status="200",client="github"}"#,
        ]
    );
}

#[test]
fn names_of_a_gateway_can_be_configured() {
    let model = BoundedLabel::from_request("model", |request| {
        let model: Option<&Model> = request.extensions().get();
        model.map_or("unknown", |model| model.0).into()
    });
    let status_type = BoundedLabel::from_response("status_type", |response| {
        let is_success = response.status().is_success();
        if is_success { "success" } else { "error" }.into()
    });
    let mut known = Request::new(Empty::new());
    known.extensions_mut().insert(Model("opus"));
    known
        .extensions_mut()
        .insert(EndpointTemplate::from("/v1/messages"));
    let samples = samples(
        "anthropic",
        |builder| {
            builder
                .namespace("aurora")
                .endpoint_template()
                .rename(Metric::Total, "requests_total")
                .rename(Metric::Duration, "request_duration_seconds")
                .rename(Metric::InFlight, "requests_in_flight")
                .rename_label(Label::Client, "provider")
                .rename_label(Label::Endpoint, "endpoint")
                .rename_label(Label::Status, "status_code")
                .without_label(Metric::Total, Label::Method)
                .without_label(Metric::Duration, Label::Method)
                .without_label(Metric::InFlight, Label::Method)
                .without(Metric::EndpointOverflow)
                .bounded_label(model)
                .bounded_label(status_type)
        },
        [known, Request::new(Empty::new())],
    );
    let messages =
        r#"endpoint="/v1/messages",status_code="200",model="opus",status_type="success""#;
    let unknown = r#"endpoint="unnamed",status_code="200",model="unknown",status_type="success""#;
    assert_eq!(
        samples,
        [
            format!(
                r#"aurora_request_duration_seconds_count{{{messages},provider="anthropic"}} 1"#
            ),
            format!(r#"aurora_request_duration_seconds_count{{{unknown},provider="anthropic"}} 1"#),
            r#"aurora_requests_in_flight{endpoint="/v1/messages",provider="anthropic"} 0"#.into(),
            r#"aurora_requests_in_flight{endpoint="unnamed",provider="anthropic"} 0"#.into(),
            format!(r#"aurora_requests_total{{{messages},provider="anthropic"}} 1"#),
            format!(r#"aurora_requests_total{{{unknown},provider="anthropic"}} 1"#),
        ]
    );
}

#[test]
fn templates_beyond_the_cap_share_the_overflow() {
    let calls = (0..100).map(|n| {
        let mut call = Request::new(Empty::new());
        call.extensions_mut()
            .insert(EndpointTemplate::from(format!("/{n}")));
        call
    });
    let samples = samples(
        "tea",
        |builder| builder.endpoint_template().max_endpoints(2),
        calls,
    );
    let total = "http_client_request_total";
    let totals: Vec<&String> = samples
        .iter()
        .filter(|sample| sample.starts_with(total))
        .collect();
    let labels = r#"status="200",client="tea""#;
    assert_eq!(
        totals,
        [
            &format!(r#"{total}{{method="GET",endpoint_template="/0",{labels}}} 1"#),
            &format!(r#"{total}{{method="GET",endpoint_template="/1",{labels}}} 1"#),
            &format!(r#"{total}{{method="GET",endpoint_template="overflow",{labels}}} 98"#),
        ]
    );
    let overflow = r#"http_client_endpoint_overflow_total{client="tea"} 98"#;
    assert!(samples.iter().any(|sample| sample == overflow));
}

/// Returns all samples of these calls, without the sums of durations.
fn samples(
    client: &'static str,
    configure: impl FnOnce(ClientMetricsBuilder) -> ClientMetricsBuilder,
    calls: impl IntoIterator<Item = Call>,
) -> Vec<String> {
    let ledger = Ledger::new();
    let builder = ClientMetricsLayer::builder(client).recorder(ledger.recorder());
    let layer = configure(builder).build().unwrap();
    for call in calls {
        let service = layer.layer(service_fn(|_: Call| {
            ready(Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())))
        }));
        assert!(service.oneshot(call).now_or_never().is_some());
    }
    let samples = ledger.samples().into_iter();
    let samples = samples.map(|sample| match sample.split_once("_latency_sum") {
        Some(_) => sample.rsplit_once(' ').unwrap_or_default().0.to_owned(),
        None => sample,
    });
    samples.collect()
}
