//! Kinds and labels of jobs, bounded whatever jobs are called.

use std::{borrow::Cow, sync::Arc};

use metrics::{Label, SharedString};
use tollgate_families::{Bounded, LabelValues, ValuePlaces};

use super::{
    bounds::WorkBounds,
    job::{Job, MAX_LABELS},
};

/// Place of the kind among the values. The labels follow.
const KIND: usize = 0;

/// Key of an entry.
pub(super) type Places = ValuePlaces<{ MAX_LABELS + 1 }>;

/// Table of one entry for each kind with its labels. Entries are never removed.
#[derive(Debug)]
pub(super) struct Kinds<T> {
    names: LabelValues,
    labels: Box<[(Cow<'static, str>, LabelValues)]>,
    combinations: Bounded<Places, Option<Arc<T>>>,
    /// Entries for combinations beyond the maximum: all labels but the kind are `other`.
    folded: Bounded<Places, Arc<T>>,
}

/// Values of the labels of one entry.
#[derive(Debug)]
pub(super) struct KindLabels {
    pub(super) places: Places,
    pub(super) kind: SharedString,
    /// The other labels, where they have a value.
    pub(super) others: Vec<Label>,
}

impl<T> Kinds<T> {
    pub(super) fn new(bounds: WorkBounds) -> Self {
        let labels = bounds.labels.into_iter();
        Self {
            names: LabelValues::first(bounds.max_kinds),
            labels: labels
                .map(|(name, max)| (name, LabelValues::first(max)))
                .collect(),
            combinations: Bounded::new(bounds.max_label_combinations),
            // One for each kind, one for other kinds, and one for jobs without a kind.
            folded: Bounded::new(bounds.max_kinds + 2),
        }
    }

    /// Returns the entry of a job. `make` makes a new one from its labels.
    pub(super) fn get(&self, job: &Job<'_>, make: impl Fn(KindLabels) -> T) -> Arc<T> {
        let mut places = Places::default();
        places.set(KIND, &self.names, job.kind);
        for (label, (name, values)) in (KIND + 1..).zip(&self.labels) {
            places.set(label, values, job.label(name));
        }
        let make = |places: Places| Arc::new(make(self.labels_at(places)));
        let entry = self.combinations.get(&places, |key| Some(make(*key?)));
        entry.unwrap_or_else(|| {
            places.fold(KIND + 1..KIND + 1 + self.labels.len());
            self.folded.get(&places, |_| make(places))
        })
    }

    /// Returns the entry whose labels have these places.
    pub(super) fn at(&self, places: Places) -> Option<Arc<T>> {
        let entry = self.combinations.find(&places).flatten();
        entry.or_else(|| self.folded.find(&places))
    }

    fn labels_at(&self, places: Places) -> KindLabels {
        let others = (KIND + 1..)
            .zip(&self.labels)
            .map(|(label, (name, values))| (name, places.value(label, values)))
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| Label::new(name.clone(), value.to_owned()));
        KindLabels {
            places,
            kind: places.value(KIND, &self.names).to_owned().into(),
            others: others.collect(),
        }
    }
}
