//! Configuration of the app and its origins, with values masked.
//!
//! [`endpoint`] collects the [`source`]s, and [`masked`] is the answer.

mod endpoint;
mod masked;
mod source;

pub(crate) use self::endpoint::ID;
pub use self::{endpoint::EnvironmentEndpoint, source::PropertySource};
