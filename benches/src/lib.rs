//! Side-by-side benchmarks: what a request costs, and what each way of measuring it adds.
//!
//! A benchmark is a list of [`Row`]s. [`Rounds`] runs them in turn, many times over, and keeps one
//! [`Samples`] of it; [`Report`] prints the table and writes the JSON. The modules below are shared
//! by every benchmark of this package:
//!
//! - [`app`]: the application under test, the same one everywhere;
//! - [`contenders`]: that application inside each layer that is compared;
//! - [`drive`]: how a request is sent without a server around it;
//! - [`clock`]: the floor of anything that takes time;
//! - [`allocations`]: counted in a process of its own.

pub mod allocations;
pub mod app;
pub mod clock;
pub mod contenders;
pub mod drive;
mod measure;
mod report;
mod row;
mod spread;

pub use measure::{Rounds, Samples};
pub use report::{Line, Report};
pub use row::Row;
pub use spread::Spread;
