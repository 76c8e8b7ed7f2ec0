//! The words that a thread writes to: its own, or shared ones.

use super::sync::{AtomicU64, Ordering};

/// The words of one series on the line of this thread.
///
/// On a line of its own a thread is the only writer: a load and a store are enough. On the shared
/// line every change is one read-modify-write.
///
/// Stores release and loads acquire, so a reader of a word also sees the writes before it.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    words: &'a [AtomicU64],
    is_own: bool,
}

impl<'a> Line<'a> {
    #[inline]
    pub(super) fn new(words: &'a [AtomicU64], is_own: bool) -> Self {
        Self { words, is_own }
    }

    /// Returns whether this thread is the only writer.
    #[inline]
    pub(super) fn is_own(self) -> bool {
        self.is_own
    }

    /// Reads a word that only this thread writes.
    #[inline]
    pub(super) fn get(self, word: usize) -> u64 {
        let word = &self.words[word];
        if cfg!(loom) {
            // In loom, a load by the writer would hide orders in which another thread's load comes
            // after its store.
            return word.fetch_add(0, Ordering::Relaxed);
        }
        word.load(Ordering::Relaxed)
    }

    /// Writes a word that only this thread writes.
    #[inline]
    pub(super) fn set(self, word: usize, value: u64) {
        self.words[word].store(value, Ordering::Release);
    }

    /// Adds to a whole number, wrapping around at 2⁶⁴.
    #[inline]
    pub(super) fn add(self, word: usize, value: u64) {
        if self.is_own {
            self.set(word, self.get(word).wrapping_add(value));
        } else {
            self.words[word].fetch_add(value, Ordering::Release);
        }
    }

    /// Adds to a float, unless it would not be finite any more.
    #[inline]
    pub(super) fn add_finite(self, word: usize, value: f64) {
        let add = |bits: u64| {
            let sum = f64::from_bits(bits) + value;
            sum.is_finite().then_some(sum.to_bits())
        };
        if self.is_own {
            if let Some(sum) = add(self.get(word)) {
                self.set(word, sum);
            }
        } else {
            // Not finite: unchanged.
            let _ = self.words[word].fetch_update(Ordering::Release, Ordering::Relaxed, add);
        }
    }
}
