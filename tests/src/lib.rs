//! Helpers of the tests that cross crates: they run examples and servers, and read metrics.

pub mod example;
pub mod ledger;
pub mod listening;
pub mod outside;
pub mod panics;
pub mod process;
pub mod prometheus;
pub mod python;
pub mod scrape;
pub mod tee;
pub mod threads;
