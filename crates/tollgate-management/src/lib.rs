//! Management endpoints for axum, each switched and guarded on its own.
//!
//! [`management_router`] puts them together into a [`Router`](axum::Router): served on a listener of
//! its own, or nested in the app's.
//!
//! # Examples
//!
//! ```
//! use tollgate_management::{Access, EndpointAccess, management_router};
//!
//! let access = Access::new().all(EndpointAccess::new().read_only(true));
//! let management = management_router().access(access).build()?;
//! # Ok::<(), tollgate_management::ManagementError>(())
//! ```
//!
//! # Who may see what
//!
//! With master keys everything but a health summary needs one of them. Without, what is sensitive
//! is closed: it is answered 403, with a message that says which setting opens it. What changes
//! state is closed then whatever is set. [`Access`] tells how an endpoint is switched off, made
//! sensitive, opened, or made read-only.
//!
//! Paths are matched exactly, and what is not an endpoint is guarded as the endpoints are. Every
//! answer carries `Cache-Control: no-store`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod access;
#[cfg(any(feature = "jobs", feature = "loggers"))]
mod date;
mod discovery;
mod endpoint;
mod environment;
mod error;
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

#[cfg(feature = "sqlx")]
pub use self::health::DatabasePing;
#[cfg(feature = "jobs")]
pub use self::jobs::{Schedule, Tasks};
#[cfg(feature = "loggers")]
pub use self::loggers::Loggers;
pub use self::{
    access::{Access, EndpointAccess},
    environment::{Environment, PropertySource},
    error::{ManagementError, ManagementErrorKind},
    health::{BoxError, Checkup, DiskSpace, Health, HealthBuilder, HealthCheck, Readiness, Status},
    info::Info,
    metrics::Metrics,
    router::{ManagementBuilder, management_router},
};
