//! Websockets, measured over their whole connection.
//!
//! [`MeteredWebSocketUpgrade`] takes the place of axum's
//! [`WebSocketUpgrade`](axum::extract::ws::WebSocketUpgrade). Whatever becomes of a connection, it
//! leaves one record and the gauge goes back:
//!
//! | What happened | outcome |
//! |---|---|
//! | either side sent a close frame | `closed` |
//! | the connection ended or failed without one | `lost` |
//! | the handler, or the runtime, let go of the socket without one | `dropped` |
//! | the socket was dropped by a panic | `panic` |
//! | the connection could not be upgraded | `failed_upgrade` |
//!
//! The request that asks for the upgrade is a request like any other: it ends with its 101.

mod instruments;
mod metrics;
mod socket;
#[cfg(test)]
mod tests;
mod upgrade;

pub use self::{
    metrics::{WebSocketLabel, WebSocketMetric, WebSocketMetrics, WebSocketMetricsBuilder},
    socket::MeteredWebSocket,
    upgrade::MeteredWebSocketUpgrade,
};
