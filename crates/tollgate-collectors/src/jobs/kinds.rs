//! Kinds and labels of jobs, bounded whatever jobs are called.

use std::{borrow::Cow, sync::Arc};

use metrics::{Label, SharedString};
use tollgate_families::{Bounded, BuildError, LabelValues, ValuePlaces, check};

use super::job::Job;

/// Maximum number of labels besides the kind.
const MAX_LABELS: usize = 7;

/// Maximum number of values of a label.
const MAX_VALUES: usize = 1_000;

/// Place of the kind among the values.
const KIND: usize = 0;

type Places = ValuePlaces<{ MAX_LABELS + 1 }>;

/// Bounds of the kinds and labels, in a builder.
#[derive(Debug, Clone)]
pub(super) struct KindBounds {
    pub(super) max_kinds: usize,
    /// Name of each label, and its maximum number of values.
    pub(super) labels: Vec<(Cow<'static, str>, usize)>,
    pub(super) max_label_combinations: usize,
}

impl Default for KindBounds {
    fn default() -> Self {
        Self {
            max_kinds: 100,
            labels: Vec::new(),
            max_label_combinations: 1_000,
        }
    }
}

impl KindBounds {
    pub(super) fn label_names(&self) -> Vec<&str> {
        self.labels.iter().map(|(name, _)| name.as_ref()).collect()
    }

    /// Checks the maxima. `kinds` is the name of the one of kinds.
    pub(super) fn check(&self, kinds: &str) -> Result<(), BuildError> {
        check::maximum(kinds, self.max_kinds, MAX_VALUES)?;
        for (name, max) in &self.labels {
            let what = format!("the maximum of the label {name:?},");
            check::maximum(&what, *max, MAX_VALUES)?;
        }
        match self.labels.len() {
            0..=MAX_LABELS => Ok(()),
            count => Err(BuildError::new(format!(
                "{count} bounded labels are too many: give at most {MAX_LABELS}"
            ))),
        }
    }
}

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
    pub(super) kind: SharedString,
    /// The other labels, where they have a value.
    pub(super) others: Vec<Label>,
}

impl<T> Kinds<T> {
    pub(super) fn new(bounds: KindBounds) -> Self {
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
    pub(super) fn get<J: Job + ?Sized>(&self, job: &J, make: impl Fn(KindLabels) -> T) -> Arc<T> {
        let mut places = Places::default();
        places.set(KIND, &self.names, job.kind());
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

    fn labels_at(&self, places: Places) -> KindLabels {
        let others = (KIND + 1..)
            .zip(&self.labels)
            .filter_map(|(label, (name, values))| {
                let value = places.value(label, values);
                (!value.is_empty()).then(|| Label::new(name.clone(), value.to_owned()))
            });
        KindLabels {
            kind: places.value(KIND, &self.names).to_owned().into(),
            others: others.collect(),
        }
    }
}
