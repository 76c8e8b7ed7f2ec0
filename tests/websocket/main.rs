//! Does every websocket leave one record of its whole connection, whatever ends it?

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod endings;
mod events;
mod naming;
mod server;
