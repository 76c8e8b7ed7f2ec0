//! Keys that need not be recorded again.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many keys are remembered at most.
const PLACES: usize = 4_096;

/// Some of the keys that were recorded in the current slice. Forgets whenever it likes, and takes
/// no lock.
pub(super) struct Recent(Box<[AtomicU64]>);

impl Recent {
    pub(super) fn new() -> Self {
        Self((0..PLACES).map(|_| AtomicU64::new(0)).collect())
    }

    pub(super) fn contains(&self, hash: u64, slice: u64) -> bool {
        self.place(hash).load(Ordering::Relaxed) == mark(hash, slice)
    }

    pub(super) fn insert(&self, hash: u64, slice: u64) {
        self.place(hash).store(mark(hash, slice), Ordering::Relaxed);
    }

    #[expect(clippy::cast_possible_truncation, reason = "any bits of it will do")]
    fn place(&self, hash: u64) -> &AtomicU64 {
        &self.0[hash as usize % PLACES]
    }
}

/// A key in a slice. Two of them are the same by chance as seldom as two hashes are.
fn mark(hash: u64, slice: u64) -> u64 {
    hash.wrapping_add(slice.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}
