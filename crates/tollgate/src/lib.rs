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
//! let app = tollgate.wrap(Router::new().route("/users/{id}", get(|| async { "Ada" })));
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
//! | listener of its own | `METRICS_ADDRESS` | the app's |
//! | master key | `MASTER_KEY` | none: the endpoint is open |
//! | master key file | `MASTER_KEY_FILE` | none |
//!
//! These and all others come from a YAML file, the environment, `.env` and flags, with the features
//! `yaml`, `dotenv` and `clap`: see [`Settings`] and docs/configuration.md.
//!
//! tollgate's own recorder keeps the metrics. With the feature `metrics-exporter-prometheus` the
//! builder can choose that crate's recorder instead.
//!
//! A job that ends before a scrape pushes its metrics to a Pushgateway with `push`, the feature of
//! that name; over https with `push-tls`.
//!
//! [`RequestMetricsLayer`](http::RequestMetricsLayer) lists the request metrics and how a request
//! ends. `http::client` measures outgoing calls, with the feature `client`, and `axum::websocket`
//! measures websockets, with `ws`.
//!
//! The suite re-exports each of its crates under the crate's name without `tollgate-`: [`http`],
//! [`auth`], [`mod@axum`], [`recorder`], [`exposition`] and [`families`], and, with features,
//! `collectors`, `sqlx`, `push` and `management`. Only the suite's own types are at the top.
//! [`metrics`] is the facade that the suite's recorder is installed in: an app that writes through
//! another version of it records nothing.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
mod catalogue;
#[cfg(doctest)]
mod doc_tests;
mod enabled;
mod error;
mod listeners;
mod nesting;
mod recording;
#[cfg_attr(
    not(all(feature = "clap", feature = "dotenv", feature = "yaml")),
    allow(dead_code, reason = "some sources are left out")
)]
mod settings;
mod suite;

pub use metrics;
pub use tollgate_auth as auth;
pub use tollgate_axum as axum;
#[cfg(feature = "collectors")]
pub use tollgate_collectors as collectors;
pub use tollgate_exposition as exposition;
pub use tollgate_families as families;
pub use tollgate_http as http;
#[cfg(feature = "management")]
pub use tollgate_management as management;
#[cfg(feature = "push")]
pub use tollgate_push as push;
pub use tollgate_recorder as recorder;
#[cfg(any(feature = "sqlx-postgres", feature = "sqlx-sqlite"))]
pub use tollgate_sqlx as sqlx;

#[doc(hidden)]
pub use self::catalogue::catalogue;
#[cfg(feature = "clap")]
pub use self::settings::Flags;
pub use self::{
    builder::TollgateBuilder,
    error::Error,
    listeners::{Address, Serve},
    settings::{Settings, SettingsLoader},
    suite::Tollgate,
};
