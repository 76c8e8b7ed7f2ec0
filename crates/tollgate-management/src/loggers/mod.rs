//! Log levels of tracing's targets, read and changed while the app runs.
//!
//! [`handle`] has the levels and hands them to tracing, [`endpoint`] reads and changes them.

mod change;
mod directives;
mod endpoint;
mod expiry;
mod handle;
mod level;
mod levels;
mod seen;
mod watch;

pub(crate) use self::endpoint::endpoint;
pub use self::handle::Loggers;
