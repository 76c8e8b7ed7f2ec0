//! A websocket that echoes its messages, measured over its whole connection.

use axum::response::Response;
use tollgate::axum::websocket::{MeteredWebSocket, MeteredWebSocketUpgrade};

/// Maximum size of a message.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;

/// `GET /ws`.
pub(crate) async fn upgrade(upgrade: MeteredWebSocketUpgrade) -> Response {
    upgrade.max_message_size(MAX_MESSAGE_BYTES).on_upgrade(echo)
}

async fn echo(mut socket: MeteredWebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if socket.send(message).await.is_err() {
            break;
        }
    }
}
