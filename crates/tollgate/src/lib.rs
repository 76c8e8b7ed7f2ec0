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
//! | listener of its own | `METRICS_ADDRESS` | the app's |
//! | master key | `MASTER_KEY` | none: the endpoint is open |
//! | master key file | `MASTER_KEY_FILE` | none |
//!
//! These and all others come from a YAML file, the environment, `.env` and flags, with the features
//! `yaml`, `dotenv` and `clap`: see [`Settings`] and docs/configuration.md.
//!
//! Metrics are kept by tollgate's own recorder. Without the feature `recorder` they are kept by
//! metrics-exporter-prometheus, in text only, with a thread that keeps it from growing.
//!
//! A job that ends before anything scrapes it pushes its metrics to a Pushgateway, by `push`, with the
//! feature of that name; over https with `push-tls`.
//!
//! What is measured, and how a request ends, is described at [`RequestMetricsLayer`]. Calls that go out
//! are measured by `client`, with the feature of that name, and websockets by `websocket`, with `ws`.
//!
//! The crates that the suite is made of are here by what they do: [`requests`] is `tollgate-http`,
//! [`auth`] is `tollgate-auth`, [`mount`] is `tollgate-axum`, `recorder` is `tollgate-recorder`, `collectors`
//! and `push` (with the features of these names) are `tollgate-collectors` and `tollgate-push`, and `sqlx`
//! (with the feature `sqlx-postgres` or `sqlx-sqlite`) is `tollgate-sqlx`. The items that most apps need of
//! them are at the top. [`metrics`] is the facade that the suite's recorder is installed in: an app
//! that writes through another version of it records into nothing.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
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
#[cfg(feature = "recorder")]
pub use tollgate_recorder as recorder;
#[cfg(any(feature = "sqlx-postgres", feature = "sqlx-sqlite"))]
pub use tollgate_sqlx as sqlx;

#[cfg(feature = "clap")]
pub use self::settings::Flags;
pub use self::{
    builder::TollgateBuilder,
    error::Error,
    listeners::{Address, AddressError, MetricsListener, PortRange, Serve},
    settings::{Settings, SettingsLoader},
    suite::Tollgate,
};
