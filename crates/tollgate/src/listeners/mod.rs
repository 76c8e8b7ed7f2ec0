//! Listeners of the suite's own, beside the app's.
//!
//! An own listener's way is [`target`] (what the settings say) → [`socket`] (bound) → [`limited`]
//! (how much a client may hold) → [`serve`] (together with the app, until they are drained).

mod address;
mod error;
mod limited;
#[cfg(feature = "management")]
mod management;
mod metrics;
mod port_range;
mod serve;
mod shutdown;
mod socket;
mod target;
#[cfg(unix)]
mod unix;

#[cfg(feature = "management")]
pub(crate) use self::management::Management;
pub use self::{
    address::Address, error::AddressError, metrics::MetricsListener, port_range::PortRange,
    serve::Serve,
};
pub(crate) use self::{address::port, target::Target};
