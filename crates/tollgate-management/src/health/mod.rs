//! Whether the app is well: checks, what they find, and who is told how much.
//!
//! A request's way is [`endpoint`] → [`checks`] (whom to ask, the worst wins) → [`runner`] (once per
//! interval, with a deadline) → a [`HealthCheck`].

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
mod runner;

#[cfg(feature = "sqlx")]
pub use self::database::DatabasePing;
pub use self::{
    builder::HealthBuilder,
    check::{BoxError, HealthCheck},
    checks::Health,
    checkup::{Checkup, Status},
    disk_space::DiskSpace,
    readiness::Readiness,
};
