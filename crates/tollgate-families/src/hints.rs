//! Values of strings, found by the strings' address.

use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
};

/// Values of strings that mostly keep their address, such as literals and the templates of routes.
///
/// A string's address is a good guess at its value, a *hint*, which comparing the strings confirms.
/// A look-up takes no lock and hashes no string; a wrong hint is only a miss. Values are kept in
/// numbered slots, which a table such as [`Bounded`](crate::Bounded) finds by name after a miss.
pub struct AddressHints<V> {
    /// An address leads to one pair, either of which may hold its hint.
    hints: Box<[[AtomicU32; 2]]>,
    slots: Box<[OnceLock<Slot<V>>]>,
    used: AtomicUsize,
    /// Bits of a mixed address beyond those that choose a pair.
    shift: u32,
}

/// A string with its value.
type Slot<V> = (Box<str>, V);

impl<V> AddressHints<V> {
    /// Creates room for `max` strings.
    pub fn new(max: usize) -> Self {
        // One pair a string: three strings seldom meet in one.
        let hints = max.next_power_of_two().max(2);
        Self {
            hints: (0..hints)
                .map(|_| [const { AtomicU32::new(u32::MAX) }; 2])
                .collect(),
            slots: (0..max).map(|_| OnceLock::new()).collect(),
            used: AtomicUsize::new(0),
            shift: 64 - hints.ilog2(),
        }
    }

    /// Returns the value of a string, if there is a hint of it at its address.
    #[inline]
    pub fn get(&self, text: &str) -> Option<&V> {
        for hint in self.pair(text) {
            match self.slot(hint.load(Ordering::Relaxed)) {
                Some((known, value)) if **known == *text => return Some(value),
                _ => {}
            }
        }
        None
    }

    /// Keeps the value of a string in a new slot. Returns the slot, or `None` if all are used.
    pub fn push(&self, text: &str, value: V) -> Option<u32> {
        let slot = self.used.fetch_add(1, Ordering::Relaxed);
        self.slots.get(slot)?.set((text.into(), value)).ok()?;
        u32::try_from(slot).ok()
    }

    /// Leaves a hint of a slot at the address of `text`, and returns the slot's value.
    pub fn point(&self, text: &str, slot: u32) -> Option<&V> {
        let pair = self.pair(text);
        let is_free = |hint: &&AtomicU32| hint.load(Ordering::Relaxed) == u32::MAX;
        let hint = pair.iter().find(is_free).unwrap_or(&pair[0]);
        hint.store(slot, Ordering::Relaxed);
        self.slot(slot).map(|(_, value)| value)
    }

    #[inline]
    fn slot(&self, slot: u32) -> Option<&Slot<V>> {
        self.slots.get(slot as usize)?.get()
    }

    #[inline]
    fn pair(&self, text: &str) -> &[AtomicU32; 2] {
        // Fibonacci hashing; the top bits are the mixed ones.
        let mixed = (text.as_ptr().addr() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        #[expect(clippy::cast_possible_truncation, reason = "there are few pairs")]
        let pair = (mixed >> self.shift) as usize;
        &self.hints[pair]
    }
}

impl<V> fmt::Debug for AddressHints<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddressHints")
            .field("max", &self.slots.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_used_again_does_not_mislead() {
        let hints = AddressHints::new(4);
        let mut text = String::from("/a");
        let address = text.as_ptr();
        let slot = hints.push(&text, 1).unwrap();
        assert_eq!(hints.point(&text, slot), Some(&1));
        assert_eq!(hints.get(&text), Some(&1));
        text.replace_range(1.., "b");
        assert_eq!(text.as_ptr(), address);
        assert_eq!(hints.get(&text), None);
    }

    #[test]
    fn a_copy_is_found_once_it_has_a_hint() {
        let hints = AddressHints::new(4);
        let slot = hints.push("/a", 1).unwrap();
        let copy = String::from("/a");
        assert_eq!(hints.get(&copy), None);
        hints.point(&copy, slot);
        assert_eq!(hints.get(&copy), Some(&1));
    }

    #[test]
    fn used_slots_are_kept() {
        let hints = AddressHints::new(1);
        assert_eq!(hints.push("/a", 1), Some(0));
        assert_eq!(hints.push("/b", 2), None);
        assert_eq!(hints.push("/c", 3), None);
        assert_eq!(hints.point("/a", 0), Some(&1));
    }
}
