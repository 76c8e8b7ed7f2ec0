//! Settings from outside of the program: a file, the environment, flags.
//!
//! A value passes [`sources`] → [`found`] → [`parsed`] → [`effective`], where code joins it, and
//! reaches the suite. [`table`] holds every setting once.

#[cfg(feature = "management")]
mod access;
#[cfg(test)]
mod document;
#[cfg(feature = "dotenv")]
mod dotenv;
mod effective;
mod expansion;
#[cfg_attr(
    not(all(feature = "dotenv", feature = "yaml")),
    allow(dead_code, reason = "some files are not read")
)]
mod file;
#[cfg(feature = "clap")]
mod flags;
#[cfg_attr(not(feature = "yaml"), allow(dead_code, reason = "for a file alone"))]
mod found;
#[cfg_attr(not(feature = "yaml"), allow(dead_code, reason = "for a file alone"))]
mod key;
mod loaded;
mod loader;
#[cfg(feature = "yaml")]
mod node;
#[cfg_attr(
    not(all(feature = "clap", feature = "yaml")),
    allow(dead_code, reason = "origins of other features")
)]
mod origin;
mod parsed;
mod print;
#[cfg(feature = "management")]
mod property_sources;
mod reserved;
mod sources;
#[cfg_attr(
    not(all(feature = "clap", feature = "yaml")),
    allow(dead_code, reason = "for flags and files alone")
)]
mod table;
mod value;
mod variables;
#[cfg(feature = "yaml")]
mod yaml;

#[cfg(feature = "clap")]
pub use self::flags::Flags;
pub use self::{loaded::Settings, loader::SettingsLoader};

pub(crate) use self::{
    effective::{Code, Effective, Named},
    table::Id,
    value::Value,
};
