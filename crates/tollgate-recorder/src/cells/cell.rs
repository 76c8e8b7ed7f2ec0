//! Common operations of all cells.

/// The cell of a series.
pub(crate) trait Cell {
    /// Returns a number that every write changes.
    fn writes(&self) -> u64;

    /// Starts over at zero, and returns the [`writes`](Cell::writes) that it took back.
    fn reset(&self) -> u64;

    /// Starts over if nothing was written since `writes`, and returns whether it did.
    ///
    /// A gauge keeps its level, and does not while it is up: what it counts has not ended.
    fn expire(&self, writes: u64) -> bool;
}
