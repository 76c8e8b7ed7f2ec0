//! Coder: an API with websockets, provisioners and a database.

use std::sync::Arc;

use axum::{Extension, Router, routing::any};
use futures_util::StreamExt;
use tokio::net::TcpStream;
use tollgate_axum::{
    Axum,
    websocket::{MeteredWebSocketUpgrade, WebSocketLabel, WebSocketMetric, WebSocketMetrics},
};
use tollgate_collectors::{
    Activity, InfoGauge, JobLabel, JobMetric, JobState, Jobs, Renamed, ScrapeHooks, process,
    runtime,
};
use tollgate_http::{Label, Metric, RequestMetricsLayer};

use crate::{app, database::Database, document};

#[tokio::test]
async fn app_exposes_the_metrics_of_coder() {
    let metrics = app::Metrics::new();
    let recorder = || metrics.recorder();

    let api = RequestMetricsLayer::builder()
        .namespace("coderd_api")
        .rename(Metric::Total, "requests_processed_total")
        .rename(Metric::InFlight, "concurrent_requests")
        .rename(Metric::Duration, "request_latencies_seconds")
        .without_label(Metric::Duration, Label::Status)
        .rename_label(Label::Status, "code")
        .rename_label(Label::Endpoint, "path")
        .recorder(recorder())
        .build()
        .unwrap();
    let websockets = WebSocketMetrics::builder()
        .namespace("coderd_api")
        .rename(WebSocketMetric::InFlight, "concurrent_websockets")
        .rename(WebSocketMetric::Duration, "websocket_durations_seconds")
        .rename_label(WebSocketLabel::Endpoint, "path")
        .recorder(recorder())
        .build()
        .unwrap();
    let users = Activity::builder("active_users_duration_hour")
        .namespace("coderd_api")
        .build()
        .unwrap();
    let hooks = ScrapeHooks::new()
        .recorder(recorder())
        .hook("users", users.clone())
        .hook("process", process())
        .hook("runtime", runtime(&tokio::runtime::Handle::current()))
        .hook(
            "build",
            InfoGauge::build_info("2.30.0")
                .namespace("coderd")
                .constant_label("revision", "c0ffee"),
        );
    let promhttp = Renamed::new().recorder(recorder()).rename(
        "tollgate_scrapes_total",
        "promhttp_metric_handler_requests_total",
    );
    let route = metrics
        .route()
        .recorder(Arc::new(promhttp))
        .before_render(move || hooks.run());
    let router = Router::new()
        .route(
            "/api/v2/watch",
            any(async |upgrade: MeteredWebSocketUpgrade| upgrade.on_upgrade(async |_| ())),
        )
        .layer(Extension(websockets))
        .layer(api.for_host(Axum));
    let address = app::serve(router, route).await;

    let stream = TcpStream::connect(address).await.unwrap();
    let url = format!("ws://{address}/api/v2/watch");
    let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
    app::soon(async { while let Some(Ok(_)) = socket.next().await {} }).await;
    users.record("ada");

    let jobs = Jobs::builder()
        .namespace("coderd_provisionerd")
        .rename(JobMetric::Running, "jobs_current")
        .rename(JobMetric::Duration, "job_timings_seconds")
        .rename_label(JobLabel::Kind, "provisioner")
        .rename_label(JobLabel::State, "status")
        .recorder(recorder())
        .build()
        .unwrap();
    jobs.start("terraform").end(JobState::Success);

    let queries = Renamed::new()
        .recorder(recorder())
        .rename(
            "db_query_duration_seconds",
            "coderd_db_query_latencies_seconds",
        )
        .rename(
            "db_transaction_duration_seconds",
            "coderd_db_tx_duration_seconds",
        )
        .rename("db_transactions_total", "coderd_db_tx_executions_count")
        .rename_label("outcome", "success")
        .rename_value("outcome", "committed", "true")
        .rename_value("outcome", "rolled_back", "false");
    let _database = Database::used(Arc::new(queries)).await;

    let scrape = app::scrape(address).await;
    document::assert_kept("Coder", &scrape);
    for (success, transactions) in [("true", 1.0), ("false", 1.0)] {
        let ended = scrape.values("coderd_db_tx_executions_count", &[("success", success)]);
        assert_eq!(ended, [transactions]);
    }
}
