//! Pushes the metrics of jobs to a Prometheus [Pushgateway], for jobs that end before Prometheus
//! scrapes them.
//!
//! [`Push`] says where to push, under which labels and how often. [`Push::build`] adds the metrics, and
//! [`Pusher::start`] begins a job, which [`Pushing::finish`] ends.
//!
//! # Examples
//!
//! ```
//! use tollgate_push::Push;
//! use tollgate_recorder::RecorderBuilder;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (recorder, handle) = RecorderBuilder::new().build()?;
//! let pusher = Push::new("http://gateway.internal:9091", "nightly-report")?.build(handle)?;
//!
//! let pushing = pusher.start();
//! // … the job …
//! # if false {
//! pushing.finish().await;
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! [Pushgateway]: https://github.com/prometheus/pushgateway

#![cfg_attr(docsrs, feature(doc_cfg))]

mod base_url;
mod credentials;
mod failure;
mod gateway;
mod group;
mod grouping;
mod push;
mod pusher;
mod pushing;
mod rendering;
#[cfg(test)]
mod tests;

#[doc(hidden)]
pub use self::{base_url::check_url, group::catalogue};
pub use self::{push::Push, pusher::Pusher, pushing::Pushing};
#[doc(no_inline)]
pub use tollgate_families::BuildError;
