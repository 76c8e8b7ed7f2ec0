//! Where numbers live: fixed-size cells, owned by threads.
//!
//! Every series owns a range of words in an [`Arena`]. The arena keeps that range once per *line*, and every thread has
//! a line of its own while it lives ([`threads`]): on it, an operation is a load and a store that nobody contends for. A
//! scrape adds the lines up. Threads for which no line is left write to a shared one, with read-modify-writes.
//!
//! Nothing is ever zeroed under a writer. A series starts over by remembering what it had counted
//! ([`Cell::reset`]) and subtracting that from then on, so no increment is lost or counted twice.

mod arena;
mod counter;
mod gauge;
mod histogram;
mod line;
#[cfg(loom)]
mod models;
mod native;
mod summary;
mod sync;
mod threads;

pub(crate) use arena::Arena;
pub(crate) use counter::Counter;
pub(crate) use gauge::Gauge;
pub(crate) use histogram::Histogram;
pub(crate) use native::{Native, NativeReading};
pub(crate) use summary::{Summary, SummaryReading};

/// What a series' cell can be asked beside its value.
pub(crate) trait Cell {
    /// A number that every write changes.
    fn writes(&self) -> u64;

    /// Starts over at zero, and returns the [`writes`](Cell::writes) that it took back.
    fn reset(&self) -> u64;

    /// Starts over if nothing was written since `writes`, and tells whether it did.
    ///
    /// A gauge keeps its level: what went up is still up.
    fn expire(&self, writes: u64) -> bool;
}
