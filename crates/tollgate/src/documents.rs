//! The documents' examples, built with the crate's own.

#[doc = include_str!("../../../README.md")]
mod readme {}

#[doc = include_str!("../../../docs/guide.md")]
mod guide {}
