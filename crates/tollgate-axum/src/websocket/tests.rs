use std::fmt::Debug;

use super::*;

fn is_public<T: Send + Sync + Debug>() {}

fn is_send<T: Send + Debug>() {}

#[test]
fn socket_is_send_and_debug_like_that_of_axum() {
    is_send::<axum::extract::ws::WebSocket>();
    is_send::<MeteredWebSocket>();
}

#[test]
fn public_types_are_send_sync_and_debug() {
    is_public::<MeteredWebSocketUpgrade>();
    is_public::<WebSocketLabel>();
    is_public::<WebSocketMetric>();
    is_public::<WebSocketMetrics>();
    is_public::<WebSocketMetricsBuilder>();
}
