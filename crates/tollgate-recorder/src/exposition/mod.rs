//! The formats, each written from the same [`Snapshot`](crate::snapshot::Snapshot) into one buffer.

pub(crate) mod json;
pub(crate) mod number;
pub(crate) mod openmetrics;
#[cfg(feature = "protobuf")]
pub(crate) mod protobuf;
mod sample;
pub(crate) mod text;

#[cfg(test)]
mod tests;
