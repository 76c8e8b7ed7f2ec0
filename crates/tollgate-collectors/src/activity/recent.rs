//! Keys that need not be recorded again.

use std::sync::atomic::{AtomicU64, Ordering};

/// Maximum number of keys that are remembered.
const MAX_KEYS: usize = 4_096;

/// Some of the keys that were recorded in the current slice, read without a lock.
pub(super) struct Recent(Box<[AtomicU64]>);

impl Recent {
    pub(super) fn new() -> Self {
        Self((0..MAX_KEYS).map(|_| AtomicU64::new(0)).collect())
    }

    pub(super) fn contains(&self, hash: u64, slice: u64) -> bool {
        self.mark_of(hash).load(Ordering::Relaxed) == mark(hash, slice)
    }

    pub(super) fn insert(&self, hash: u64, slice: u64) {
        self.mark_of(hash)
            .store(mark(hash, slice), Ordering::Relaxed);
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "any bits of the hash will do"
    )]
    fn mark_of(&self, hash: u64) -> &AtomicU64 {
        &self.0[hash as usize % MAX_KEYS]
    }
}

/// Returns the mark of a key in a slice. Two marks collide as seldom as two hashes do.
fn mark(hash: u64, slice: u64) -> u64 {
    hash.wrapping_add(slice.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}
