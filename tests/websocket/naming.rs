//! Names and labels of the metrics, and the upgrade itself.

use std::{net::Ipv4Addr, sync::Arc};

use axum::{Router, extract::Extension, routing::any};
use futures_util::{SinkExt, StreamExt};
use tests::ledger::Ledger;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tollgate_axum::websocket::{
    MeteredWebSocketUpgrade, WebSocketLabel, WebSocketMetric, WebSocketMetrics,
};
use tollgate_recorder::RecorderBuilder;

use crate::server::{connect, router, serve, wait_for};

#[tokio::test]
async fn names_of_coder_can_be_set() {
    let ledger = Ledger::new();
    let metrics = WebSocketMetrics::builder()
        .namespace("coderd_api")
        .rename(WebSocketMetric::InFlight, "concurrent_websockets")
        .rename(WebSocketMetric::Duration, "websocket_durations_seconds")
        .rename_label(WebSocketLabel::Endpoint, "path")
        .without(WebSocketMetric::Total)
        .without(WebSocketMetric::Messages)
        .without(WebSocketMetric::Bytes)
        .recorder(ledger.recorder())
        .build()
        .unwrap();
    let others = Ledger::new();
    let address = serve(router().layer(Extension(metrics)), &others).await;
    let mut socket = connect(address, "/echo/7").await;
    socket.send(Message::text("leave")).await.unwrap();
    while let Some(Ok(_)) = socket.next().await {}

    let durations = "coderd_api_websocket_durations_seconds_count";
    wait_for(&ledger, durations, &[("path", "/echo/{id}")], 1.0).await;
    assert_eq!(
        ledger.families(),
        [
            "coderd_api_concurrent_websockets gauge",
            "coderd_api_websocket_durations_seconds histogram",
        ]
    );
}

#[tokio::test]
async fn durations_have_bounds_above_a_day_under_any_name() {
    let (recorder, handle) = RecorderBuilder::new().build().unwrap();
    let metrics = WebSocketMetrics::builder()
        .rename(WebSocketMetric::Duration, "connection_seconds")
        .recorder(Arc::new(recorder))
        .build()
        .unwrap();
    let others = Ledger::new();
    let address = serve(router().layer(Extension(metrics)), &others).await;
    let mut socket = connect(address, "/echo/7").await;
    socket.send(Message::text("leave")).await.unwrap();
    while let Some(Ok(_)) = socket.next().await {}

    let text = handle.render();
    let last = r#"connection_seconds_bucket{endpoint="/echo/{id}",le="108000.0"}"#;
    assert!(text.contains(last), "{text}");
    assert!(!text.contains("le=\"0.005\""), "{text}");
}

#[tokio::test]
async fn default_metrics_use_the_global_recorder() {
    let ledger = Ledger::new();
    metrics::set_global_recorder(ledger.recorder()).unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, router()).await });
    let mut socket = connect(address, "/echo/7").await;
    socket.send(Message::text("leave")).await.unwrap();

    let dropped = [("endpoint", "/echo/{id}"), ("outcome", "dropped")];
    wait_for(&ledger, "websocket_total", &dropped, 1.0).await;
}

#[tokio::test]
async fn protocol_is_selected_as_without_metrics() {
    let ledger = Ledger::new();
    let address = serve(router(), &ledger).await;
    let mut request = format!("ws://{address}/echo/7")
        .into_client_request()
        .unwrap();
    let protocols = "milk, tea".parse().unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocols);
    let stream = TcpStream::connect(address).await.unwrap();
    let (_, response) = tokio_tungstenite::client_async(request, stream)
        .await
        .unwrap();

    assert_eq!(response.headers()["sec-websocket-protocol"], "tea");
}

#[tokio::test]
async fn path_that_is_too_long_for_a_label_is_counted_as_overflow() {
    let ledger = Ledger::new();
    let path = format!("/{}", "a".repeat(10_000));
    let leave = async |upgrade: MeteredWebSocketUpgrade| upgrade.on_upgrade(async |_| ());
    let address = serve(Router::new().route(&path, any(leave)), &ledger).await;
    connect(address, &path).await;

    let ended = [("endpoint", "overflow"), ("outcome", "dropped")];
    wait_for(&ledger, "websocket_total", &ended, 1.0).await;
}
