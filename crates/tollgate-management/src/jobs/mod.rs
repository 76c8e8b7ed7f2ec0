//! Work in the background: what runs, and what is planned.

mod schedule;
mod tasks;

pub use self::{schedule::Schedule, tasks::Tasks};
