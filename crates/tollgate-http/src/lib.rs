//! Request metrics for any [tower] HTTP service: every request timed and counted by route,
//! however it ends.
//!
//! [`RequestMetricsLayer`] writes through the [`metrics`] facade, so any recorder can export what
//! it measures. Each request ends in exactly one record:
//!
//! | What happened | status | also |
//! |---|---|---|
//! | a response | its code | `exceptions_total` if the response carries an [`Exception`] |
//! | the inner service returned `Err` | 500 | `exception="error"`, or [the name of a hook](RequestMetricsBuilder::name_error) |
//! | a panic unwound through the layer, a hook's too | 500 | `exception="panic"`; the panic goes on |
//! | dropped before a response | 499 | `cancelled_total{phase="head"}` |
//! | response body dropped before its end | its code | `cancelled_total{phase="body"}` |
//! | response body failed (or panicked) | its code | `exception="body"` (or `"panic"`) |
//!
//! The duration runs from the call to the end of the response: at once if the length of the body is
//! known, at its last frame if it streams.
//!
//! Labels are bounded before any recorder sees them: methods and statuses are closed sets, the
//! endpoint is the template of a route, and beyond a maximum it is `overflow`. Once an endpoint has
//! been seen with a method and a status, a request to it allocates nothing, locks nothing and hashes
//! no string, unless it ends in an exception or has [bounded labels](BoundedLabel): those are found in
//! a map behind a lock. So are endpoints beyond the maximum, once there are more than twice as many.
//!
//! # Examples
//!
//! ```
//! use tollgate_http::{Preset, RequestMetricsLayer};
//!
//! let layer = RequestMetricsLayer::builder()
//!     .preset(Preset::OpenTelemetry)
//!     .build()?;
//! # Ok::<(), tollgate_http::BuildError>(())
//! ```
//!
//! For axum, `tollgate-axum` adapts the layer: it reads the matched route and keeps the type of the body.
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! |---|---|---|
//! | `client` | no | the module `client`: metrics of outgoing calls, for any tower HTTP client |
//! | `hyper-util` | no | reaches the sources of errors of hyper-util's legacy client |
//! | `reqwest` | no | measures a `reqwest::Client` in its own types |
//!
//! [tower]: https://docs.rs/tower

#![cfg_attr(docsrs, feature(doc_cfg))]
#![expect(
    clippy::inline_always,
    reason = "out of line these steps cost the request path more"
)]

mod body;
mod bounded_label;
mod builder;
mod catalogue;
#[cfg(feature = "client")]
pub mod client;
mod endpoints;
mod extensions;
mod future;
mod guard;
mod head;
mod hooks;
mod host;
mod instruments;
mod labels;
mod layer;
mod length;
mod names;
mod patterns;
mod phases;
mod preset;
mod service;
mod settings;
mod side;
mod start;
#[cfg(test)]
mod tests;

pub use tollgate_families::{BYTES_BUCKETS, BuildError, SECONDS_BUCKETS};

pub use self::{
    bounded_label::BoundedLabel,
    builder::RequestMetricsBuilder,
    extensions::{Exception, Route, Unmetered},
    head::{RequestHead, ResponseHead},
    layer::RequestMetricsLayer,
    names::{Label, Metric},
    phases::{EndpointPhases, PhaseLabel, PhaseTimer, Phases, PhasesBuilder},
    preset::Preset,
};

// The seam to a framework, for `tollgate-axum`, and the catalogue, for the check of docs/metrics.md.
#[doc(hidden)]
pub use self::{
    body::ResponseBody,
    catalogue::catalogue,
    guard::BodyGuard,
    host::{Host, Tower},
};
