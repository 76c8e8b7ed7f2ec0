//! Aurora: a gateway to several AI providers.

use std::convert::Infallible;

use axum::Router;
use http::{Request, Response};
use http_body_util::Empty;
use tollgate_http::{
    BoundedLabel, Label, Metric, Phases,
    client::{ClientMetricsLayer, EndpointTemplate},
};
use tower::{Layer, ServiceExt, service_fn};

use crate::{app, document};

#[tokio::test]
async fn app_exposes_the_metrics_of_aurora() {
    let metrics = app::Metrics::new();
    let header = |label: &'static str, header: &'static str| {
        BoundedLabel::from_request(label, move |request| {
            let value = request.headers().get(header);
            value
                .and_then(|value| value.to_str().ok())
                .unwrap_or("unknown")
                .into()
        })
    };
    let status_type = BoundedLabel::from_response("status_type", |response| {
        if response.status().is_success() {
            "success"
        } else {
            "error"
        }
        .into()
    });
    let builder = ClientMetricsLayer::builder("openai")
        .namespace("aurora")
        .rename(Metric::Total, "requests_total")
        .rename(Metric::Duration, "request_duration_seconds")
        .rename(Metric::InFlight, "requests_in_flight")
        .rename_label(Label::Client, "provider")
        .rename_label(Label::Status, "status_code")
        .endpoint_template()
        .rename_label(Label::Endpoint, "endpoint")
        .bounded_label(header("model", "x-model"))
        .bounded_label(header("stream", "x-stream"))
        .bounded_label(status_type);
    let measured = [Metric::Total, Metric::Duration, Metric::InFlight];
    let builder = measured.into_iter().fold(builder, |builder, metric| {
        builder.without_label(metric, Label::Method)
    });
    let provider = builder.recorder(metrics.recorder()).build().unwrap();
    let client = service_fn(async |_: Request<Empty<&[u8]>>| {
        Ok::<_, Infallible>(Response::new(Empty::<&[u8]>::new()))
    });
    let call = Request::post("https://api.openai.com/v1/chat/completions")
        .header("x-model", "gpt-5")
        .header("x-stream", "false")
        .extension(EndpointTemplate::from("/v1/chat/completions"))
        .body(Empty::new());
    provider.layer(client).oneshot(call.unwrap()).await.unwrap();

    let phases = Phases::builder([
        "decode",
        "prepare",
        "provider_dispatch",
        "response_write",
        "total",
    ])
    .namespace("aurora_gateway")
    .rename("phase_duration_seconds")
    .status()
    .label_values("stream", ["true", "false"])
    .recorder(metrics.recorder())
    .build()
    .unwrap();
    let phases = phases.at("/v1/chat/completions", &["false"]);
    phases.start("provider_dispatch").succeed();

    let address = app::serve(Router::new(), metrics.route()).await;
    document::assert_kept("Aurora", &app::scrape(address).await);
}
