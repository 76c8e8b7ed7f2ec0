//! Metrics of websockets: one record for each connection, however it ends.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod endings;
mod events;
mod naming;
mod server;
