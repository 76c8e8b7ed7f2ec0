//! Health of the app: checks and their results.
//!
//! A request passes [`endpoint`] → [`report`] (all members of a group, the worst status wins) →
//! [`runner`] (once per interval, within a deadline) → a [`HealthCheck`].

mod builder;
mod check;
mod checks;
mod checkup;
#[cfg(feature = "sqlx")]
mod database;
mod disk_space;
pub(crate) mod endpoint;
mod instruments;
mod probes;
mod readiness;
mod report;
mod runner;

pub(crate) use self::checkup::Status;
#[cfg(feature = "sqlx")]
pub use self::database::DatabasePing;
#[doc(hidden)]
pub use self::instruments::catalogue;
pub use self::{
    builder::HealthBuilder, check::HealthCheck, checks::Health, checkup::Checkup,
    disk_space::DiskSpace, readiness::Readiness,
};
