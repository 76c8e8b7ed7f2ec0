//! What the tests that cross crates share: running the examples, keeping a ledger and
//! reading a scrape.

pub mod example;
pub mod ledger;
pub mod listening;
pub mod outside;
pub mod panics;
pub mod prometheus;
pub mod scrape;
pub mod tee;
pub mod threads;
