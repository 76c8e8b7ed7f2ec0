//! Metrics of outgoing calls, for any tower HTTP client.
//!
//! [`ClientMetricsLayer`] is the other side of the request layer and is made of the same parts: a
//! call is a request, and ends in exactly one record.
//!
//! | What happened | status | also |
//! |---|---|---|
//! | a response | its code | |
//! | the client returned an error | `network_error`, `timeout` or `cancelled`: see [`CallFailure`] | `exceptions_total` under the same name |
//! | a panic unwound through the layer | `panic` | `exception="panic"`; the panic goes on |
//! | dropped before a response | `cancelled` | `cancelled_total{phase="head"}` |
//! | response body dropped before its end | its code | `cancelled_total{phase="body"}` |
//! | response body failed | its code | `exception="body"` |
//!
//! # Calls and tries
//!
//! The layer measures what goes through it. Above a retry layer a call is one record, with the
//! duration and the status that the caller sees; below it each try is one. Both at once need names
//! of their own:
//!
//! ```
//! use tollgate_http::client::ClientMetricsLayer;
//!
//! let calls = ClientMetricsLayer::new("github");
//! let tries = ClientMetricsLayer::builder("github").namespace("try").build()?;
//! // ServiceBuilder::new().layer(calls).retry(policy).layer(tries).service(client)
//! # Ok::<(), tollgate_http::BuildError>(())
//! ```
//!
//! A layer above a timeout records what the caller sees of it, `timeout`; one below it sees the call
//! dropped, `cancelled`.

#![expect(
    private_interfaces,
    reason = "traits that nobody outside can name speak of private types"
)]

mod builder;
mod endpoint_template;
mod failure;
mod layer;
mod names;
#[cfg(feature = "reqwest")]
mod reqwest;
mod service;
#[cfg(test)]
mod tests;

pub use self::{
    builder::ClientMetricsBuilder, endpoint_template::EndpointTemplate, failure::CallFailure,
    layer::ClientMetricsLayer, service::ClientMetrics,
};
