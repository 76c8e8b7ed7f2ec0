//! Aviator: a Flask web server, and a worker that calls GitHub.

use std::sync::Arc;

use axum::{
    Extension, Router,
    http::{HeaderName, Request, StatusCode},
    routing::{get, post},
};
use http_body_util::Empty;
use tollgate_axum::Axum;
use tollgate_collectors::{InfoGauge, Renamed};
use tollgate_http::{
    BoundedLabel, Exception, Label, Metric, Preset, RequestMetricsLayer, client::ClientMetricsLayer,
};
use tower::{Layer, ServiceExt, service_fn};

use crate::{app, database::Database, document};

#[tokio::test]
async fn app_exposes_the_metrics_of_aviator() {
    let metrics = app::Metrics::new();
    let recorder = || metrics.recorder();

    let requests = RequestMetricsLayer::builder()
        .preset(Preset::Flask)
        .recorder(recorder())
        .build()
        .unwrap();
    let header = HeaderName::from_static("x-github-event");
    let event = BoundedLabel::from_header("event", header, ["push", "pull_request"]);
    let webhooks = RequestMetricsLayer::builder()
        .rename(Metric::Duration, "github_webhook_latency")
        .without_label(Metric::Duration, Label::Method)
        .without_label(Metric::Duration, Label::Endpoint)
        .without(Metric::Total)
        .without(Metric::Exceptions)
        .without(Metric::InFlight)
        .without(Metric::Cancelled)
        .bounded_label(event)
        .recorder(recorder())
        .build()
        .unwrap();
    let broken = async || {
        let exception = Extension(Exception("ZeroDivisionError"));
        (StatusCode::INTERNAL_SERVER_ERROR, exception)
    };
    let router = Router::new()
        .route("/broken", get(broken))
        .route("/hook", post(async || "").layer(webhooks.for_host(Axum)))
        .layer(requests.for_host(Axum));
    let address = app::serve(router, metrics.route()).await;

    app::get(address, "/broken").await;
    let hook = reqwest::Client::new().post(format!("http://{address}/hook"));
    hook.header("x-github-event", "push").send().await.unwrap();

    let github = ClientMetricsLayer::builder("github")
        .rename(Metric::Duration, "github_api_call_latency")
        .without_label(Metric::Duration, Label::Client)
        .without(Metric::Total)
        .without(Metric::InFlight)
        .recorder(recorder())
        .build()
        .unwrap();
    let client = service_fn(async |_: Request<Empty<&[u8]>>| {
        Ok::<_, std::convert::Infallible>(http::Response::new(Empty::<&[u8]>::new()))
    });
    let call = github.layer(client).oneshot(Request::new(Empty::new()));
    call.await.unwrap();

    let queries = Renamed::new().recorder(recorder()).rename(
        "db_query_duration_seconds",
        "sqlalchemy_query_latency_seconds",
    );
    let database = Database::used(Arc::new(queries)).await;
    drop(database);
    metrics::with_local_recorder(&recorder(), || {
        InfoGauge::new("flask_exporter_info", "Information about the exporter.")
            .constant_label("version", "0.23.2")
            .set()
            .unwrap();
    });

    document::assert_kept("Aviator", &app::scrape(address).await);
}
