//! What is kept for each kind of job with its labels: a bounded table, whatever jobs are called.

use std::{
    borrow::Cow,
    collections::HashSet,
    hash::{BuildHasher, Hash, Hasher},
    iter,
    sync::{Arc, PoisonError, RwLock},
};

use hashbrown::{DefaultHashBuilder, HashTable};
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
    hasher: DefaultHashBuilder,
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
            hasher: DefaultHashBuilder::default(),
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
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let values = self.values_of(job);
        let found = self.find(&known, &values);
        if let Some(entry) = found.or_else(|| self.find_bounded(&known, values)) {
            return Arc::clone(entry);
        }
        drop(known);
        self.add(job, make)
    }

    fn values_of<'a, J: Job + ?Sized>(
        &'a self,
        job: &'a J,
    ) -> impl Iterator<Item = &'a str> + Clone {
        let labels = self.labels[1..].iter().map(|label| job.label(&label.name));
        iter::once(job.kind()).chain(labels)
    }

    fn hash<'a>(&self, values: impl Iterator<Item = &'a str>) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        values.for_each(|value| value.hash(&mut hasher));
        hasher.finish()
    }

    fn find<'a, 'k>(
        &self,
        known: &'k Known<T>,
        values: &(impl Iterator<Item = &'a str> + Clone),
    ) -> Option<&'k Arc<Entry<T>>> {
        let hash = self.hash(values.clone());
        known.entries.find(hash, |entry| {
            entry.values.iter().map(AsRef::as_ref).eq(values.clone())
        })
    }

    /// Finds the entry of values not all of which are kept. Once there is no room, nobody has to wait
    /// for one more that comes.
    #[cold]
    fn find_bounded<'a, 'k>(
        &self,
        known: &'k Known<T>,
        values: impl Iterator<Item = &'a str> + Clone,
    ) -> Option<&'k Arc<Entry<T>>> {
        let bounded = values
            .zip(&self.labels)
            .zip(&known.values)
            .map(|((value, label), kept)| bounded(value, kept, label.limit));
        if bounded.clone().any(|value| value.is_none()) {
            return None;
        }
        let bounded = bounded.flatten();
        let found = self.find(known, &bounded);
        if found.is_some() || known.entries.len() < self.cap {
            return found;
        }
        let labels = iter::repeat_n(OTHER, self.labels.len() - 1);
        self.find(known, &bounded.take(1).chain(labels))
    }

    /// Keeps those of the job's values that can be, and what is found for all of them from now on.
    #[cold]
    fn add<J: Job + ?Sized>(&self, job: &J, make: impl FnOnce(&[Label]) -> T) -> Arc<Entry<T>> {
        let given: Vec<&str> = self.values_of(job).collect();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for ((value, label), kept) in given.iter().zip(&self.labels).zip(&mut known.values) {
            if bounded(value, kept, label.limit).is_none() {
                kept.insert((*value).into());
            }
        }
        // Somebody may have been quicker.
        if let Some(entry) = self.find_bounded(&known, given.iter().copied()) {
            return Arc::clone(entry);
        }

        let kept = given.iter().zip(&self.labels).zip(&known.values);
        let mut values: Box<[Box<str>]> = kept
            .map(|((value, label), kept)| bounded(value, kept, label.limit).unwrap_or(OTHER).into())
            .collect();
        if known.entries.len() >= self.cap {
            values[1..].fill(OTHER.into());
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
        let hash = |entry: &Arc<Entry<T>>| self.hash(entry.values.iter().map(AsRef::as_ref));
        known
            .entries
            .insert_unique(hash(&entry), Arc::clone(&entry), hash);
        entry
    }
}

/// The value, if it is kept, or `other` if it cannot be; none if it has yet to be kept. One that is
/// empty is no value, and needs no place.
fn bounded<'a>(value: &'a str, kept: &HashSet<Box<str>>, limit: usize) -> Option<&'a str> {
    if value.is_empty() || kept.contains(value) {
        Some(value)
    } else if value.len() > MAX_VALUE_BYTES || kept.len() >= limit {
        Some(OTHER)
    } else {
        None
    }
}
