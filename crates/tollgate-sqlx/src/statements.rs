//! Texts of SQL that were parsed before.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use arc_swap::ArcSwap;
use tollgate_families::AddressHints;

/// Maximum number of texts that are kept.
const MAX_TEXTS: usize = 1_000;

/// Maximum number of bytes that the kept texts have together.
const MAX_BYTES: usize = 1024 * 1024;

/// Values of texts, so that a text is parsed once.
///
/// Most texts are literals, which their address finds without a lock. Once there is no room, all are
/// forgotten: an app that writes a new text for each query does not keep out the texts that recur.
pub(crate) struct Statements<V> {
    texts: ArcSwap<Texts<V>>,
}

struct Texts<V> {
    hints: AddressHints<V>,
    index: RwLock<Index>,
}

#[derive(Default)]
struct Index {
    slots: HashMap<Box<str>, u32>,
    bytes: usize,
}

impl<V: Clone> Statements<V> {
    /// Returns the value of a text. `resolve` gives that of a new one.
    #[inline]
    pub(crate) fn find(&self, sql: &str, resolve: impl FnOnce() -> V) -> V {
        let texts = self.texts.load();
        match texts.hints.get(sql).or_else(|| texts.look_up(sql)) {
            Some(value) => value.clone(),
            None => self.keep(&texts, sql, resolve()),
        }
    }

    #[cold]
    fn keep(&self, texts: &Arc<Texts<V>>, sql: &str, value: V) -> V {
        if sql.len() <= MAX_BYTES && !texts.insert(sql, &value) {
            let fresh = Arc::new(Texts::default());
            fresh.insert(sql, &value);
            self.texts.compare_and_swap(texts, fresh);
        }
        value
    }
}

impl<V> Default for Statements<V> {
    fn default() -> Self {
        Self {
            texts: ArcSwap::from_pointee(Texts::default()),
        }
    }
}

impl<V: Clone> Texts<V> {
    #[cold]
    fn look_up(&self, sql: &str) -> Option<&V> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        self.hints.point(sql, *index.slots.get(sql)?)
    }

    /// Keeps a text. Returns `false` if there is no room.
    fn insert(&self, sql: &str, value: &V) -> bool {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        if index.slots.contains_key(sql) {
            return true;
        }
        let bytes = index.bytes + sql.len();
        if bytes > MAX_BYTES {
            return false;
        }
        let Some(slot) = self.hints.push(sql, value.clone()) else {
            return false;
        };
        self.hints.point(sql, slot);
        index.slots.insert(sql.into(), slot);
        index.bytes = bytes;
        true
    }
}

impl<V> Default for Texts<V> {
    fn default() -> Self {
        Self {
            hints: AddressHints::new(MAX_TEXTS),
            index: RwLock::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Finds texts, and counts how many had to be parsed.
    #[derive(Default)]
    struct Bed {
        statements: Statements<usize>,
        parsed: usize,
    }

    impl Bed {
        fn find(&mut self, sql: &str) -> usize {
            self.statements.find(sql, || {
                self.parsed += 1;
                self.parsed
            })
        }
    }

    #[test]
    fn a_text_is_parsed_once_from_every_address() {
        let mut bed = Bed::default();
        let first = bed.find("SELECT * FROM users");
        for _ in 0..100 {
            let copy = String::from("SELECT * FROM users");
            assert_eq!(bed.find(&copy), first);
        }
        assert_eq!(bed.parsed, 1);
    }

    #[test]
    fn an_address_that_is_used_again_does_not_mislead() {
        let mut bed = Bed::default();
        let mut sql = String::from("SELECT * FROM a");
        let address = sql.as_ptr();
        let first = bed.find(&sql);
        sql.replace_range(14.., "b");
        assert_eq!(sql.as_ptr(), address);
        assert_ne!(bed.find(&sql), first);
        assert_eq!(bed.parsed, 2);
    }

    #[test]
    fn a_recurring_text_is_kept_among_endless_new_ones() {
        let mut bed = Bed::default();
        for id in 0..MAX_TEXTS * 3 {
            bed.find(&format!("SELECT {id}"));
            bed.find("SELECT * FROM users");
        }
        // Each time that all are forgotten, it is parsed once more.
        assert_eq!(bed.parsed, MAX_TEXTS * 3 + 4);
        let texts = bed.statements.texts.load();
        assert!(texts.index.read().unwrap().slots.len() <= MAX_TEXTS);
    }

    #[test]
    fn long_texts_are_kept_up_to_a_sum_of_bytes() {
        let mut bed = Bed::default();
        for id in 0..40 {
            bed.find(&format!("SELECT {id} -- {}", "-".repeat(MAX_BYTES / 16)));
            let texts = bed.statements.texts.load();
            assert!(texts.index.read().unwrap().bytes <= MAX_BYTES);
        }
        bed.find(&" ".repeat(MAX_BYTES + 1));
        bed.find(&" ".repeat(MAX_BYTES + 1));
        assert_eq!(bed.parsed, 42);
    }
}
