//! Pushing to a Prometheus [Pushgateway], for jobs that end before anything scrapes them.
//!
//! [Pushgateway]: https://github.com/prometheus/pushgateway

mod destination;
mod gateway;
mod grouping;
mod pushing;

pub use self::{destination::Push, pushing::Pushing};

pub(crate) use self::{destination::url_parts, gateway::Gateway};
