//! Listeners of the suite's own, beside the app's.
//!
//! A listener passes [`target`] (its address) → [`socket`] (bound) → [`limited`] (limits on clients)
//! → [`serve`] (served beside the app until both are drained).

mod address;
mod connection;
mod limited;
#[cfg(feature = "management")]
mod management;
mod metrics;
pub(crate) mod port_range;
mod serve;
mod shutdown;
mod socket;
mod target;
#[cfg(unix)]
mod unix;

#[cfg(feature = "management")]
pub(crate) use self::management::Management;
pub use self::{address::Address, serve::Serve};
pub(crate) use self::{address::port, target::Target};
