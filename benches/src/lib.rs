//! Side-by-side benchmarks: the cost of a request, and the cost that each way of measuring adds.
//!
//! A benchmark is a list of [`Row`]s. [`Rounds`] runs them in turn, many times over, and keeps one
//! [`Samples`] of it, or [`Crew`] does with several threads; [`Report`] prints the table with its
//! [`Goal`]s and writes the JSON. The modules below are shared by the benchmarks of this package:
//!
//! - [`app`]: the application under test, the same one everywhere;
//! - [`contenders`]: that application inside each compared layer;
//! - [`collectors`]: operations beyond requests, bare and measured;
//! - [`drive`]: requests without a server around them;
//! - [`recorders`]: the two recorders, and the registration of series with either;
//! - [`series`]: the label sets of a larger application;
//! - [`clock`]: the lower bound of anything that reads the time;
//! - [`allocations`] and [`bytes`]: counted in a process of its own.

pub mod allocations;
pub mod app;
pub mod bytes;
pub mod clock;
pub mod collectors;
pub mod contenders;
mod crew;
pub mod drive;
mod goal;
mod measure;
pub mod recorders;
mod report;
mod row;
pub mod series;
mod spread;
mod table;

pub use crew::{Crew, Turns};
pub use goal::Goal;
pub use measure::{Rounds, Samples, is_measured};
pub use report::Report;
pub use row::Row;
pub use spread::Spread;
