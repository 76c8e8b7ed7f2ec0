//! Listeners of the suite's own, beside the app's.

mod address;
mod error;
mod port_range;

pub use self::{
    address::Address,
    error::{AddressError, AddressErrorKind},
    port_range::PortRange,
};
