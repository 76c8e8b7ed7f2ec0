//! Writers: each format is a function of a snapshot's families.

pub(crate) mod json;
mod number;
#[cfg(feature = "protobuf")]
pub(crate) mod protobuf;
pub(crate) mod text;

#[cfg(test)]
mod tests;
