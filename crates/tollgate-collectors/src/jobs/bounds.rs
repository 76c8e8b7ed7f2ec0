//! Bounds of kinds, labels and lists of jobs and schedules.

use std::borrow::Cow;

use tollgate_families::{BuildError, Group, Names, check};

use super::job::MAX_LABELS;
use crate::builder::{Builder, Measured};

/// Maximum number of values of a label.
const MAX_VALUES: usize = 1_000;

/// Bounds of jobs or schedules, in a builder.
#[derive(Debug, Clone)]
pub struct WorkBounds {
    pub(super) max_kinds: usize,
    /// Name of each label, and its maximum number of values.
    pub(super) labels: Vec<(Cow<'static, str>, usize)>,
    pub(super) max_label_combinations: usize,
    pub(super) max_listed: usize,
}

impl Default for WorkBounds {
    fn default() -> Self {
        Self {
            max_kinds: 100,
            labels: Vec::new(),
            max_label_combinations: 1_000,
            max_listed: 1_000,
        }
    }
}

impl WorkBounds {
    /// Checks names and maxima.
    pub(super) fn check<M: Group>(&self, names: &Names<M>) -> Result<(), BuildError> {
        let labels = self.labels.iter();
        names.check(|_| labels.clone().map(|(name, _)| name.as_ref()).collect())?;
        check::maximum("max_kinds", self.max_kinds, MAX_VALUES)?;
        for (name, max) in labels {
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

/// Setters for [`Jobs`](crate::Jobs) and [`Scheduler`](crate::Scheduler).
impl<T: Measured<Options = WorkBounds>> Builder<T> {
    /// Adds a label whose value [`Job::labels`](crate::Job::labels) gives.
    ///
    /// The first `max` values are kept, 1,000 at most. Any other value, and one of more than 128 bytes,
    /// is `other`. There are at most 7 such labels.
    pub fn bounded_label(mut self, name: impl Into<Cow<'static, str>>, max: usize) -> Self {
        self.options.labels.push((name.into(), max));
        self
    }

    /// Sets the maximum number of kinds of jobs, or of names of schedules: 100 by default, 1,000 at
    /// most. Any other is `other`.
    pub fn max_kinds(mut self, max: usize) -> Self {
        self.options.max_kinds = max;
        self
    }

    /// Sets the maximum number of combinations of a kind, or a schedule's name, with labels: 1,000 by
    /// default. In any other, all labels but the kind are `other`.
    pub fn max_label_combinations(mut self, max: usize) -> Self {
        self.options.max_label_combinations = max;
        self
    }

    /// Sets the maximum number of jobs or schedules in the list of them: 1,000 by default. All are
    /// counted.
    pub fn max_listed(mut self, max: usize) -> Self {
        self.options.max_listed = max;
        self
    }
}
