//! Every request is recorded exactly once, however it ends, on a plain tower service and on axum.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod answer;
mod case;
mod contract;
mod endings;
mod events;
mod exchange;
mod frames;
mod hosts;
mod labels;
mod many;
mod naming;
mod options;
mod outcome;
mod pair;
mod phases;
mod routing;
mod scripted;
mod unread;
mod wire;
