//! Which instruments a text of SQL leads to, found without parsing it again.

use std::{
    collections::HashMap,
    sync::{
        Arc, OnceLock, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering},
    },
};

use arc_swap::ArcSwap;

use crate::db::instruments::Instruments;

/// How many texts are kept.
const MAX_TEXTS: usize = 1_000;

/// How many bytes the kept texts can have together.
const MAX_BYTES: usize = 1024 * 1024;

/// The texts that were parsed, with the instruments that they lead to.
///
/// Most texts are literals: their address is a good guess, confirmed by comparing the text, so that
/// finding one takes no lock and hashes no string. Once there is no room, all are forgotten: an app
/// that makes texts anew for each query does not keep out those that come again.
#[derive(Debug)]
pub(crate) struct Statements {
    texts: ArcSwap<Texts>,
}

#[derive(Debug)]
struct Texts {
    /// A text's address leads to one pair, either of which may hold its index.
    hints: Box<[[AtomicU32; 2]]>,
    places: Box<[OnceLock<Text>]>,
    index: RwLock<Index>,
}

#[derive(Debug, Default)]
struct Index {
    by_text: HashMap<Arc<str>, u32>,
    bytes: usize,
}

#[derive(Debug)]
struct Text {
    sql: Arc<str>,
    instruments: &'static Instruments,
}

impl Statements {
    /// The instruments of a text, as `resolve` tells them the first time.
    #[inline]
    pub(crate) fn find(
        &self,
        sql: &str,
        resolve: impl FnOnce() -> &'static Instruments,
    ) -> &'static Instruments {
        let texts = self.texts.load();
        match texts.guess(sql).or_else(|| texts.look_up(sql)) {
            Some(instruments) => instruments,
            None => self.keep(&texts, sql, resolve()),
        }
    }

    #[cold]
    fn keep(
        &self,
        texts: &Arc<Texts>,
        sql: &str,
        instruments: &'static Instruments,
    ) -> &'static Instruments {
        if sql.len() <= MAX_BYTES && !texts.insert(sql, instruments) {
            let fresh = Arc::new(Texts::default());
            fresh.insert(sql, instruments);
            self.texts.compare_and_swap(texts, fresh);
        }
        instruments
    }
}

impl Default for Statements {
    fn default() -> Self {
        Self {
            texts: ArcSwap::from_pointee(Texts::default()),
        }
    }
}

impl Texts {
    #[inline]
    fn guess(&self, sql: &str) -> Option<&'static Instruments> {
        self.hints(sql).iter().find_map(|hint| {
            let text = self.text(hint.load(Ordering::Relaxed))?;
            (*text.sql == *sql).then_some(text.instruments)
        })
    }

    #[cold]
    fn look_up(&self, sql: &str) -> Option<&'static Instruments> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        let known = *index.by_text.get(sql)?;
        self.leave_hint(sql, known);
        Some(self.text(known)?.instruments)
    }

    /// Keeps a text; `false` if there is no room.
    fn insert(&self, sql: &str, instruments: &'static Instruments) -> bool {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        if index.by_text.contains_key(sql) {
            return true;
        }
        let next = index.by_text.len();
        let bytes = index.bytes + sql.len();
        if next == MAX_TEXTS || bytes > MAX_BYTES {
            return false;
        }
        let Ok(place) = u32::try_from(next) else {
            return false;
        };
        let kept: Arc<str> = sql.into();
        let text = Text {
            sql: Arc::clone(&kept),
            instruments,
        };
        if self.places[next].set(text).is_ok() {
            index.by_text.insert(kept, place);
            index.bytes = bytes;
            self.leave_hint(sql, place);
        }
        true
    }

    fn text(&self, index: u32) -> Option<&Text> {
        self.places.get(index as usize)?.get()
    }

    /// The two places where the hint of a text may be.
    #[inline]
    fn hints(&self, sql: &str) -> &[AtomicU32; 2] {
        // Fibonacci hashing; the top bits are the mixed ones.
        let mixed = (sql.as_ptr().addr() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = (mixed >> 32) as usize;
        &self.hints[mixed & (self.hints.len() - 1)]
    }

    /// Leaves a hint where it displaces no other, or else in the first place.
    fn leave_hint(&self, sql: &str, index: u32) {
        let hints = self.hints(sql);
        let free = hints
            .iter()
            .find(|hint| hint.load(Ordering::Relaxed) == u32::MAX);
        free.unwrap_or(&hints[0]).store(index, Ordering::Relaxed);
    }
}

impl Default for Texts {
    fn default() -> Self {
        let hints = (MAX_TEXTS * 2).next_power_of_two();
        Self {
            hints: (0..hints)
                .map(|_| [const { AtomicU32::new(u32::MAX) }; 2])
                .collect(),
            places: (0..MAX_TEXTS).map(|_| OnceLock::new()).collect(),
            index: RwLock::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::SQLiteDialect;

    use super::*;
    use crate::{
        db::{
            instruments::Tables,
            meter::Meter,
            names::{DatabaseNames, METRICS},
            statement::Subject,
        },
        destination::Destination,
    };

    /// Finds texts, and counts how many had to be parsed.
    struct Bed {
        statements: Statements,
        meter: &'static Meter,
        tables: Tables,
        parsed: usize,
    }

    impl Bed {
        fn new() -> Self {
            let meter = Meter::new(
                "shop".into(),
                10,
                DatabaseNames::new(&METRICS),
                Destination::default(),
            );
            Self {
                statements: Statements::default(),
                meter: Box::leak(Box::new(meter)),
                tables: Tables::new(10),
                parsed: 0,
            }
        }

        fn find(&mut self, sql: &str) -> &'static Instruments {
            self.statements.find(sql, || {
                self.parsed += 1;
                let subject = Subject::parse(&SQLiteDialect {}, sql);
                self.tables.instruments(self.meter, &subject)
            })
        }
    }

    #[test]
    fn a_text_is_parsed_once_from_every_address() {
        let mut bed = Bed::new();
        let first = bed.find("SELECT * FROM users");
        for _ in 0..100 {
            let copy = String::from("SELECT * FROM users");
            assert!(std::ptr::eq(first, bed.find(&copy)));
        }
        assert_eq!(bed.parsed, 1);
    }

    #[test]
    fn an_address_that_is_used_again_does_not_mislead() {
        let mut bed = Bed::new();
        let mut sql = String::from("SELECT * FROM a");
        let address = sql.as_ptr();
        let first = bed.find(&sql);
        sql.replace_range(14.., "b");
        assert_eq!(sql.as_ptr(), address);
        assert!(!std::ptr::eq(first, bed.find(&sql)));
        assert_eq!(bed.parsed, 2);
    }

    #[test]
    fn what_comes_again_is_kept_among_texts_without_end() {
        let mut bed = Bed::new();
        for id in 0..MAX_TEXTS * 3 {
            bed.find(&format!("SELECT {id}"));
            bed.find("SELECT * FROM users");
        }
        // Each time that all are forgotten, it is parsed once more.
        assert_eq!(bed.parsed, MAX_TEXTS * 3 + 4);
        let texts = bed.statements.texts.load();
        assert!(texts.index.read().unwrap().by_text.len() <= MAX_TEXTS);
    }

    #[test]
    fn long_texts_are_kept_up_to_a_sum_of_bytes() {
        let mut bed = Bed::new();
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
