//! Mount Prometheus metrics on an axum router.
//!
//! [`RouterExt::mount_metrics`] adds the metrics endpoint to a [`Router`](axum::Router): at a path
//! that is checked, behind a [`Guard`], serving anything that implements [`Exposition`].
//! [`MetricsRoute`] is the same with its settings in reach.
//!
//! # Examples
//!
//! ```
//! # #[cfg(feature = "metrics-exporter-prometheus")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use axum::{Router, routing::get};
//! use metrics_exporter_prometheus::PrometheusBuilder;
//! use tollgate_axum::{Guard, RouterExt};
//!
//! let recorder = PrometheusBuilder::new().build_recorder();
//!
//! let app: Router = Router::new()
//!     .route("/", get(async || "hello"))
//!     .mount_metrics("/metrics", recorder.handle(), Guard::Open)?;
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "metrics-exporter-prometheus"))]
//! # fn main() {}
//! ```
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! |---|---|---|
//! | `recorder` | no | [`Exposition`] for the `Handle` of `tollgate-recorder` |
//! | `protobuf` | no | its protobuf format, with native histograms |
//! | `gzip` | yes | compresses a scrape when the scraper asks for it |
//! | `ws` | no | the module `websocket`: axum's websocket extractor, measured |
//! | `metrics-exporter-prometheus` | yes | [`Exposition`] for that crate's `PrometheusHandle` |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod catalogue;
mod error;
mod exposition;
mod format;
mod guard;
mod path;
#[cfg(feature = "metrics-exporter-prometheus")]
mod prometheus_handle;
#[cfg(feature = "recorder")]
mod recorder_handle;
mod requests;
mod router_ext;
mod scrape;
#[cfg(feature = "ws")]
pub mod websocket;

#[doc(hidden)]
pub use self::catalogue::catalogue;
pub use self::{
    error::{MountError, MountErrorKind},
    exposition::{Exposition, RenderRequest},
    format::Format,
    guard::Guard,
    path::check_path,
    requests::Axum,
    router_ext::RouterExt,
    scrape::MetricsRoute,
};
