//! Work in the background: every way in which a job can end, what runs now, and whose names it has.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod endings;
mod hostile;
mod metrics_of_its_own;
mod names;
mod queue;
mod running;
mod scheduler;
mod threads;
