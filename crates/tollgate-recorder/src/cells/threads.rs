//! Leases of lines to threads.

#[cfg(not(loom))]
use std::{cell::Cell, sync::LazyLock};

use super::sync::{Mutex, lock};

/// The line of every thread that has none of its own.
pub(super) const SHARED: usize = 0;

/// The number of lines: the shared one and those that threads can own.
pub(super) const LINES: usize = 1 + OWNED;

/// As many as [`Pool`]'s word has bits.
#[cfg(not(loom))]
const OWNED: usize = u128::BITS as usize;
#[cfg(loom)]
const OWNED: usize = 3;

#[cfg(not(loom))]
const UNKNOWN: usize = usize::MAX;

/// Returns the line that this thread writes to.
///
/// It is its own from the first call until its thread-local values are destroyed, then the shared
/// one.
#[cfg(not(loom))]
#[inline]
pub(super) fn current() -> usize {
    let line = CURRENT.get();
    if line == UNKNOWN { enter() } else { line }
}

#[cfg(loom)]
pub(super) use super::models::current;

/// The lines that no living thread owns.
#[derive(Debug)]
pub(super) struct Pool {
    taken: Mutex<u128>,
}

impl Pool {
    pub(super) fn new() -> Self {
        Self {
            taken: Mutex::new(0),
        }
    }

    /// Takes the lowest line that is free, or the shared one if none is.
    ///
    /// Its lock makes the writes of the line's last owner visible.
    pub(super) fn take(&self) -> usize {
        let mut taken = lock(&self.taken);
        let free = taken.trailing_ones() as usize;
        if free == OWNED {
            return SHARED;
        }
        *taken |= 1 << free;
        1 + free
    }

    /// Gives back a line that [`take`](Self::take) gave out.
    pub(super) fn give_back(&self, line: usize) {
        if line != SHARED {
            *lock(&self.taken) &= !(1 << (line - 1));
        }
    }
}

#[cfg(not(loom))]
static POOL: LazyLock<Pool> = LazyLock::new(Pool::new);

#[cfg(not(loom))]
thread_local! {
    // Apart from the lease, so that reading it costs no check whether it is initialised or
    // destroyed.
    static CURRENT: Cell<usize> = const { Cell::new(UNKNOWN) };
    static LEASE: Lease = Lease { line: POOL.take() };
}

/// A thread's hold on its line, ending with the thread.
#[cfg(not(loom))]
struct Lease {
    line: usize,
}

#[cfg(not(loom))]
impl Drop for Lease {
    fn drop(&mut self) {
        // Values that are destroyed after this one may still record something.
        CURRENT.set(SHARED);
        POOL.give_back(self.line);
    }
}

#[cfg(not(loom))]
#[cold]
#[inline(never)]
fn enter() -> usize {
    let line = LEASE.try_with(|lease| lease.line).unwrap_or(SHARED);
    CURRENT.set(line);
    line
}

#[cfg(all(test, not(loom)))]
mod tests;
