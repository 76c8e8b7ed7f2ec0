//! Prometheus metrics for axum in one line: settings in, wrapped app out.
//!
//! [`Tollgate`] reads its settings, times and counts every request of a router by its route, and
//! serves the metrics behind a master key:
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use tollgate::Tollgate;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let tollgate = Tollgate::from_env()?;
//! let app = tollgate.wrap(Router::new().route("/users/{id}", get(|| async { "Ada" })))?;
//!
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//! axum::serve(listener, app).await?;
//! # Ok(())
//! # }
//! ```
//!
//! | Setting | Variable | Default |
//! |---|---|---|
//! | collect and serve | `METRICS_ENABLED` | `false` |
//! | path | `METRICS_ENDPOINT` | `/metrics` |
//! | master key | `MASTER_KEY` | none: the endpoint is open |
//! | master key file | `MASTER_KEY_FILE` | none |
//!
//! What is measured, and how a request ends, is described at [`RequestMetricsLayer`].
//!
//! [`RequestMetricsLayer`]: tollgate_http::RequestMetricsLayer

mod builder;
mod error;
mod recorder;
mod settings;
mod suite;

pub use tollgate_auth::MasterKeys;
pub use tollgate_http::{
    Exception, ExtraLabel, Preset, RequestMetricsBuilder, RequestMetricsLayer, Unmetered,
};

pub use self::{
    builder::TollgateBuilder,
    error::{Error, ErrorKind},
    suite::Tollgate,
};
