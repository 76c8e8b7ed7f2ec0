//! What all cells have in common.

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
