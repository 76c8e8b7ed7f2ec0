//! What the suite can be told from outside of the program: a file, the environment, flags.
//!
//! [`table`] has every setting once; all else reads it.

#[cfg_attr(
    not(feature = "yaml"),
    allow(dead_code, reason = "what is for a file alone")
)]
mod access;
#[cfg(test)]
mod document;
#[cfg(feature = "dotenv")]
mod dotenv;
mod environment;
mod expansion;
#[cfg_attr(
    not(any(feature = "dotenv", feature = "yaml")),
    allow(dead_code, reason = "no file is read")
)]
mod file;
#[cfg(feature = "clap")]
mod flags;
mod found;
mod loaded;
mod loader;
#[cfg_attr(
    not(all(feature = "clap", feature = "yaml")),
    allow(dead_code, reason = "what nothing is read from")
)]
mod origin;
mod print;
mod reserved;
#[cfg(feature = "management")]
mod sources;
#[cfg_attr(
    not(feature = "clap"),
    allow(dead_code, reason = "what is for flags alone")
)]
mod table;
mod value;
#[cfg(feature = "yaml")]
mod yaml;

#[cfg(feature = "clap")]
pub use self::flags::Flags;
pub use self::{loaded::Settings, loader::SettingsLoader};

pub(crate) use self::{reserved::joined, table::Id};
