//! Websockets, measured over their whole connection.
//!
//! [`MeteredWebSocketUpgrade`] takes the place of axum's
//! [`WebSocketUpgrade`](axum::extract::ws::WebSocketUpgrade). Every connection is recorded once, and
//! leaves the gauge, however it ends:
//!
//! | Event | outcome |
//! |---|---|
//! | either side sent a close frame | `closed` |
//! | the connection ended or failed without a close frame | `lost` |
//! | the handler, or the runtime, dropped the socket without a close frame | `dropped` |
//! | a panic dropped the socket | `panic` |
//! | the connection could not be upgraded | `failed_upgrade` |
//!
//! The request for the upgrade is a request like any other: it ends with its 101.

mod instruments;
mod metrics;
mod names;
mod socket;
#[cfg(test)]
mod tests;
mod upgrade;

pub use self::{
    metrics::{WebSocketMetrics, WebSocketMetricsBuilder},
    names::{WebSocketLabel, WebSocketMetric},
    socket::MeteredWebSocket,
    upgrade::MeteredWebSocketUpgrade,
};
