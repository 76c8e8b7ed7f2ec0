//! Mount Prometheus metrics on an axum router.
//!
//! [`RouterExt::mount_metrics`] adds the metrics endpoint to a [`Router`](axum::Router): at a
//! [`MetricsPath`], behind a [`Guard`], serving any
//! [`Exposition`](tollgate_exposition::Exposition). [`MetricsRoute`] is the same with all its
//! settings.
//!
//! # Examples
//!
//! ```
//! use axum::{Router, routing::get};
//! use tollgate_axum::{Guard, MetricsPath, RouterExt};
//! use tollgate_recorder::RecorderBuilder;
//!
//! let handle = RecorderBuilder::new().install()?;
//!
//! let app: Router = Router::new()
//!     .route("/", get(async || "hello"))
//!     .mount_metrics(&MetricsPath::default(), handle, Guard::Open);
//! # Ok::<(), tollgate_recorder::Error>(())
//! ```
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! |---|---|---|
//! | `gzip` | yes | compresses a scrape when the scraper asks for it |
//! | `protobuf` | no | the protobuf format, with native histograms |
//! | `ws` | no | the module `websocket`: axum's websocket extractor, measured |
//! | `metrics-exporter-prometheus` | no | scrapes of that crate's `PrometheusHandle` |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod catalogue;
mod guard;
mod path;
mod requests;
mod router_ext;
mod scrape;
#[cfg(feature = "ws")]
pub mod websocket;

#[doc(hidden)]
pub use self::{catalogue::catalogue, scrape::MetricsReader};
pub use tollgate_families::BuildError;

pub use self::{
    guard::Guard, path::MetricsPath, requests::Axum, router_ext::RouterExt, scrape::MetricsRoute,
};
