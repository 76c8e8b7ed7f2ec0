//! Cells of fixed size, owned by threads: the home of all numbers.
//!
//! Every series owns a range of words in an [`Arena`]. The arena keeps that range once per *line*,
//! and every thread has a line of its own while it lives ([`threads`]): on it, an operation is a
//! load and a store that nobody contends for. A scrape adds the lines up. Threads for which no line
//! is left write to a shared one, with read-modify-writes.
//!
//! Nothing is ever zeroed under a writer. A series starts over by remembering what it had counted
//! ([`Cell::reset`]) and subtracting that from then on, so no increment is lost or counted twice.

mod arena;
mod cell;
mod counter;
mod gauge;
mod histogram;
mod line;
mod locked;
#[cfg(loom)]
mod models;
mod native;
mod summary;
mod sync;
mod threads;

pub(crate) use arena::Arena;
pub(crate) use cell::Cell;
pub(crate) use counter::Counter;
pub(crate) use gauge::{CountedGauge, Gauge};
pub(crate) use histogram::Histogram;
pub(crate) use locked::Locked;
pub(crate) use native::Native;
pub(crate) use summary::Summary;
