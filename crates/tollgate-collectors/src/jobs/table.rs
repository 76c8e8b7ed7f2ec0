//! What is kept for each kind of job with its labels: a bounded table, whatever jobs are called.

use std::{
    borrow::Cow,
    collections::HashSet,
    hash::{BuildHasher, Hash, Hasher, RandomState},
    iter,
    sync::{Arc, PoisonError, RwLock},
};

use hashbrown::HashTable;
use metrics::Label;

use super::Job;

/// How long a value can be.
const MAX_VALUE_BYTES: usize = 128;

/// What stands for every value that is not kept.
const OTHER: &str = "other";

/// A label that jobs have, with how many values of it are kept.
#[derive(Debug, Clone)]
pub(super) struct BoundedLabel {
    /// Empty if no metric shows it.
    pub(super) name: Cow<'static, str>,
    pub(super) limit: usize,
}

/// What is kept for each kind with its labels. Entries never go.
#[derive(Debug)]
pub(super) struct Table<T> {
    /// The kind, then the labels.
    labels: Box<[BoundedLabel]>,
    cap: usize,
    hasher: RandomState,
    known: RwLock<Known<T>>,
}

#[derive(Debug)]
struct Known<T> {
    /// The values that each label has had.
    values: Box<[HashSet<Box<str>>]>,
    entries: HashTable<Arc<Entry<T>>>,
}

/// What is kept for one kind with its labels.
#[derive(Debug)]
pub(super) struct Entry<T> {
    values: Box<[Box<str>]>,
    /// The values that are not empty, with the names of their labels.
    pub(super) labels: Box<[Label]>,
    pub(super) kept: T,
}

impl<T> Entry<T> {
    pub(super) fn kind(&self) -> &str {
        &self.values[0]
    }
}

impl<T> Table<T> {
    /// A table of this many combinations of values, and one more for each kind.
    pub(super) fn new(kind: BoundedLabel, labels: &[BoundedLabel], cap: usize) -> Self {
        let labels: Box<[_]> = iter::once(kind).chain(labels.iter().cloned()).collect();
        Self {
            cap,
            hasher: RandomState::new(),
            known: RwLock::new(Known {
                values: labels.iter().map(|_| HashSet::new()).collect(),
                entries: HashTable::new(),
            }),
            labels,
        }
    }

    /// Finds the job's entry; the first time, makes it from its labels.
    pub(super) fn entry<J: Job + ?Sized>(
        &self,
        job: &J,
        make: impl FnOnce(&[Label]) -> T,
    ) -> Arc<Entry<T>> {
        let hash = self.hash(self.values_of(job));
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let found = known.entries.find(hash, |entry| {
            entry
                .values
                .iter()
                .map(AsRef::as_ref)
                .eq(self.values_of(job))
        });
        if let Some(entry) = found {
            return Arc::clone(entry);
        }
        drop(known);
        self.bounded_entry(job, make)
    }

    fn values_of<'a, J: Job + ?Sized>(&'a self, job: &'a J) -> impl Iterator<Item = &'a str> {
        let labels = self.labels[1..].iter().map(|label| job.label(&label.name));
        iter::once(job.kind()).chain(labels)
    }

    fn hash<'a>(&self, values: impl Iterator<Item = &'a str>) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        values.for_each(|value| value.hash(&mut hasher));
        hasher.finish()
    }

    /// The entry of a job whose values have not been met together, or not all of which are kept.
    #[cold]
    fn bounded_entry<J: Job + ?Sized>(
        &self,
        job: &J,
        make: impl FnOnce(&[Label]) -> T,
    ) -> Arc<Entry<T>> {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let Known { values, entries } = &mut *known;
        let kept = self.values_of(job).zip(&self.labels).zip(values);
        let mut values: Box<[Box<str>]> = kept
            .map(|((value, label), kept)| bounded(value, kept, label.limit))
            .collect();

        let has_room = entries.len() < self.cap;
        let find = |values: &[Box<str>]| {
            let hash = self.hash(values.iter().map(AsRef::as_ref));
            let found = entries.find(hash, |entry| *entry.values == *values);
            (hash, found.map(Arc::clone))
        };
        let (mut hash, mut found) = find(&values);
        if found.is_none() && !has_room {
            values[1..].fill(OTHER.into());
            (hash, found) = find(&values);
        }
        if let Some(entry) = found {
            return entry;
        }
        let labels: Box<[Label]> = self
            .labels
            .iter()
            .zip(&values)
            .filter(|(label, value)| !label.name.is_empty() && !value.is_empty())
            .map(|(label, value)| Label::new(label.name.clone(), value.to_string()))
            .collect();
        let entry = Arc::new(Entry {
            kept: make(&labels),
            values,
            labels,
        });
        let rehash = |entry: &Arc<Entry<T>>| self.hash(entry.values.iter().map(AsRef::as_ref));
        entries.insert_unique(hash, Arc::clone(&entry), rehash);
        entry
    }
}

/// The value, if it is or can be kept. One that is empty is no value, and needs no place.
fn bounded(value: &str, kept: &mut HashSet<Box<str>>, limit: usize) -> Box<str> {
    if value.is_empty() || kept.contains(value) {
        return value.into();
    }
    if value.len() > MAX_VALUE_BYTES || kept.len() >= limit {
        return OTHER.into();
    }
    kept.insert(value.into());
    value.into()
}
