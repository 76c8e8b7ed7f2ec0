//! Configuration of the app and its origins, with values masked.
//!
//! [`endpoint`] answers with the [`source`]s.

mod endpoint;
mod source;

pub(crate) use self::endpoint::{ID, endpoint};
pub use self::source::PropertySource;
