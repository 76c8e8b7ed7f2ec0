//! Common operations of all cells.

/// The cell of a series.
pub(crate) trait Cell {
    /// Returns a number that every write changes, and starts over at zero if that `is_due` of it.
    fn start_over(&self, is_due: impl FnOnce(u64) -> bool) -> u64;

    /// Returns a number that every write changes.
    fn writes(&self) -> u64 {
        self.start_over(|_| false)
    }

    /// Starts over at zero, and returns the [`writes`](Cell::writes) that it took back.
    fn reset(&self) -> u64 {
        self.start_over(|_| true)
    }

    /// Starts over if nothing was written since `writes`, and returns whether it did.
    ///
    /// A gauge keeps its level, and does not while it is up: what it counts has not ended.
    fn expire(&self, writes: u64) -> bool {
        self.start_over(|written| written == writes) == writes
    }
}
