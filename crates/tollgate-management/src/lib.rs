//! Management endpoints for axum, each switched and guarded on its own.
//!
//! [`management_router`] puts them together into a [`Router`](axum::Router): served on a listener of
//! its own, or nested in the app's.
//!
//! # Examples
//!
//! ```
//! use tollgate_management::{Access, management_router};
//!
//! let management = management_router()
//!     .access("all", Access::new().read_only(true))
//!     .build()?;
//! # Ok::<(), tollgate_management::BuildError>(())
//! ```
//!
//! # Access
//!
//! With master keys, every request except for a health summary needs one of them. Without master keys,
//! sensitive endpoints are closed: they answer 403 and name the setting that opens them. Changes are
//! always closed then. [`Access`] switches an endpoint off, makes it sensitive, opens it, or makes it
//! read-only.
//!
//! Paths are matched exactly, and unknown paths are guarded like endpoints. Every answer carries
//! `Cache-Control: no-store`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod access;
#[cfg(any(feature = "jobs", feature = "loggers"))]
mod date;
mod discovery;
mod endpoint;
mod environment;
mod gate;
mod health;
mod ids;
mod info;
#[cfg(feature = "jobs")]
mod jobs;
#[cfg(feature = "loggers")]
mod loggers;
mod metrics;
mod name;
mod nearest;
mod problem;
mod router;
mod value;

#[cfg(feature = "sqlx")]
pub use self::health::DatabasePing;
#[doc(hidden)]
pub use self::health::catalogue;
#[cfg(feature = "loggers")]
pub use self::loggers::Loggers;
pub use self::{
    access::Access,
    environment::PropertySource,
    health::{Checkup, DiskSpace, Health, HealthBuilder, HealthCheck, Readiness},
    info::InfoEndpoint,
    router::{ManagementBuilder, management_router},
};
pub use tollgate_families::BuildError;
