//! The README's example, built with the crate's own.

#[doc = include_str!("../README.md")]
mod readme {}
