//! Settings from outside of the program: a file, the environment, flags.
//!
//! A value passes [`sources`] → [`found`] → [`parsed`] → [`effective`], where code joins it, and
//! reaches the suite. [`table`] holds every setting once.

#[cfg(feature = "management")]
mod access;
#[cfg(feature = "dotenv")]
mod dotenv;
mod effective;
mod expansion;
mod file;
#[cfg(feature = "clap")]
mod flags;
mod found;
mod key;
mod loaded;
mod loader;
#[cfg(feature = "yaml")]
mod node;
mod origin;
mod parsed;
mod print;
#[cfg(feature = "management")]
mod property_sources;
mod reserved;
mod sources;
mod table;
#[cfg(test)]
mod tests;
mod value;
mod variables;
#[cfg(feature = "yaml")]
mod yaml;

#[cfg(feature = "clap")]
pub use self::flags::Flags;
pub use self::{loaded::Settings, loader::SettingsLoader};

pub(crate) use self::{
    effective::{Code, Effective},
    table::Id,
    value::Value,
};
