//! Tables that stay bounded, whatever their keys are.

use std::{
    borrow::Borrow,
    collections::HashMap,
    fmt,
    hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState},
    sync::{OnceLock, PoisonError, RwLock},
};

/// Maximum length of a key that is text. A longer one is no name but a path or a payload.
pub const MAX_KEY_BYTES: usize = 512;

/// Table of at most so many values by key, and one value for all keys beyond.
///
/// A key keeps its value for the life of the table. Once the table is full, a look-up takes no write
/// lock, and copies no key.
pub struct Bounded<K: BoundedKey + ?Sized, V> {
    max: usize,
    known: RwLock<HashMap<K::Owned, V, K::Hasher>>,
    overflow: OnceLock<V>,
}

/// Key of a [`Bounded`] table.
pub trait BoundedKey: Eq + Hash + ToOwned<Owned: Borrow<Self> + Eq + Hash> {
    /// Hasher of the keys.
    type Hasher: BuildHasher + Default;

    /// Returns whether a table may keep the key.
    fn is_admissible(&self) -> bool {
        true
    }
}

impl BoundedKey for str {
    // Keyed at random: clients may choose the strings.
    type Hasher = RandomState;

    fn is_admissible(&self) -> bool {
        self.len() <= MAX_KEY_BYTES
    }
}

impl<A: Copy + Eq + Hash, B: Copy + Eq + Hash> BoundedKey for (A, B) {
    type Hasher = BuildHasherDefault<Multiply>;
}

/// Hasher of small keys that the program numbers or names itself: one multiplication for each word.
///
/// No client chooses such a key, and a table has few: keys that collide cost no more than that.
#[derive(Debug, Default)]
pub struct Multiply(u64);

impl Hasher for Multiply {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    #[inline]
    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    #[inline]
    fn finish(&self) -> u64 {
        // The top bits are the mixed ones, and a table looks at the lowest first.
        self.0.rotate_left(26)
    }
}

impl<K: BoundedKey + ?Sized, V: Clone> Bounded<K, V> {
    /// Creates a table of at most `max` keys.
    pub fn new(max: usize) -> Self {
        Self {
            max,
            known: RwLock::default(),
            overflow: OnceLock::new(),
        }
    }

    /// Returns the value of a key.
    ///
    /// `make` is called with a key that is new, or with `None` for the value of all keys beyond the
    /// maximum.
    pub fn get(&self, key: &K, make: impl FnOnce(Option<&K>) -> V) -> V {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let (found, has_room) = (known.get(key).cloned(), known.len() < self.max);
        drop(known);
        if let Some(value) = found {
            return value;
        }
        if has_room && key.is_admissible() {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            if let Some(value) = known.get(key) {
                return value.clone();
            }
            if known.len() < self.max {
                let value = make(Some(key));
                known.insert(key.to_owned(), value.clone());
                return value;
            }
        }
        self.overflow.get_or_init(|| make(None)).clone()
    }

    /// Returns the value of a key that is known.
    pub fn find(&self, key: &K) -> Option<V> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(key).cloned()
    }

    /// Runs `read` while the table is locked for reading.
    ///
    /// It is for tests: a look-up of a full table must not wait for this lock.
    #[doc(hidden)]
    pub fn while_read<T>(&self, read: impl FnOnce() -> T) -> T {
        let _known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        read()
    }
}

impl<K: BoundedKey + ?Sized, V> fmt::Debug for Bounded<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bounded")
            .field("max", &self.max)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    fn label(table: &Bounded<str, Arc<str>>, key: &str) -> Arc<str> {
        table.get(key, |key| key.unwrap_or("overflow").into())
    }

    #[test]
    fn keys_beyond_the_maximum_share_one_value() {
        let table = Bounded::new(2);
        for _ in 0..2 {
            let labels = ["a", "b", "c", "d"].map(|key| label(&table, key));
            assert_eq!(
                labels.map(|label| label.to_string()),
                ["a", "b", "overflow", "overflow"]
            );
        }
        assert_eq!(table.known.read().unwrap().len(), 2);
        assert_eq!(table.find("a").as_deref(), Some("a"));
        assert_eq!(table.find("c"), None);
    }

    #[test]
    fn a_key_that_is_too_long_takes_no_place() {
        let table = Bounded::new(1);
        let longest = "a".repeat(MAX_KEY_BYTES);
        assert_eq!(&*label(&table, &"b".repeat(MAX_KEY_BYTES + 1)), "overflow");
        assert_eq!(*label(&table, &longest), *longest);
    }

    #[test]
    fn a_full_table_takes_no_write_lock() {
        let table = Bounded::new(1);
        label(&table, "a");
        let _reader = table.known.read().unwrap();
        assert_eq!(&*label(&table, "b"), "overflow");
        assert_eq!(&*label(&table, "a"), "a");
    }

    #[test]
    fn threads_agree_and_never_pass_the_maximum() {
        let table = Bounded::<str, Arc<str>>::new(50);
        let made = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for n in 0..100 {
                        table.get(&n.to_string(), |key| {
                            made.fetch_add(1, Ordering::Relaxed);
                            key.unwrap_or("overflow").into()
                        });
                    }
                });
            }
        });
        assert_eq!(table.known.read().unwrap().len(), 50);
        assert_eq!(made.into_inner(), 51);
    }
}
