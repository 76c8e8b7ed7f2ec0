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
//! [`RequestMetricsLayer`] lists the request metrics and how a request ends. `client` measures
//! outgoing calls, with the feature of that name, and `websocket` measures websockets, with `ws`.
//!
//! The suite hands on its crates: [`requests`] is `tollgate-http`, [`auth`] is `tollgate-auth`,
//! [`mount`] is `tollgate-axum`, `recorder` is `tollgate-recorder`, `collectors` and `push` (with the
//! features of these names) are `tollgate-collectors` and `tollgate-push`, and `sqlx` (with the
//! feature `sqlx-postgres` or `sqlx-sqlite`) is `tollgate-sqlx`. The items that most apps need are at
//! the top. [`metrics`] is the facade that the suite's recorder is installed in: an app that writes
//! through another version of it records nothing.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
mod catalogue;
mod collision;
#[cfg(doctest)]
mod documents;
mod enabled;
mod error;
mod listeners;
mod recording;
#[cfg_attr(
    not(all(feature = "clap", feature = "dotenv", feature = "yaml")),
    allow(dead_code, reason = "some sources are left out")
)]
mod settings;
mod suite;

pub use metrics;
pub use tollgate_auth::{self as auth, KeyError, MasterKeyLayer, MasterKeys};
#[cfg(feature = "ws")]
pub use tollgate_axum::websocket;
pub use tollgate_axum::{self as mount, Guard};
#[cfg(feature = "collectors")]
pub use tollgate_collectors as collectors;
pub use tollgate_exposition as exposition;
pub use tollgate_families as families;
#[cfg(feature = "client")]
pub use tollgate_http::client;
pub use tollgate_http::{
    self as requests, BoundedLabel, BuildError, Exception, Label, Metric, PhaseStatus, Phases,
    Preset, RequestHead, RequestMetricsBuilder, RequestMetricsLayer, ResponseHead, Unmetered,
};
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
    listeners::{Address, AddressError, MetricsListener, PortRange, Serve},
    settings::{Settings, SettingsLoader},
    suite::Tollgate,
};
