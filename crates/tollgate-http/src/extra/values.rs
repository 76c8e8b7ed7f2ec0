//! The values that extra labels have had.

use std::{
    collections::BTreeSet,
    sync::{OnceLock, PoisonError, RwLock},
};

use super::{ExtraLabel, Kept, Source};
use crate::{RequestHead, ResponseHead};

/// How many extra labels one layer can have.
pub(crate) const MAX_EXTRA_LABELS: usize = 4;

/// How long a value can be.
pub(crate) const MAX_VALUE_BYTES: usize = 128;

/// What stands for every value that is not kept.
const OTHER: &str = "other";

/// One value of each extra label, as places among the values seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct ExtraValues([u16; MAX_EXTRA_LABELS]);

impl ExtraValues {
    /// Whether there is no value of any label.
    #[inline]
    pub(crate) fn are_absent(self) -> bool {
        self == Self::default()
    }
}

/// The place of a value that is not known (yet).
const ABSENT: u16 = 0;
/// The place of every value past the limit.
const FOLDED: u16 = 1;
/// The place of the first value seen.
const FIRST: u16 = 2;

/// The extra labels of a layer, with the values that each has had so far.
#[derive(Debug)]
pub(crate) struct ExtraLabels {
    labels: Box<[(ExtraLabel, Seen)]>,
    /// Which values have come together.
    combinations: RwLock<BTreeSet<ExtraValues>>,
    combination_cap: usize,
}

/// The values that a label has had. The list only grows, so that it is read without a lock.
type Seen = Box<[OnceLock<Box<str>>]>;

impl ExtraLabels {
    pub(crate) fn new(labels: Vec<ExtraLabel>, combination_cap: usize) -> Self {
        let labels = labels.into_iter().map(|label| {
            let seen = match &label.kept {
                Kept::First(limit) => (0..*limit).map(|_| OnceLock::new()).collect(),
                Kept::Only(values) => values
                    .iter()
                    .map(|value| OnceLock::from(Box::from(value.as_ref())))
                    .collect(),
            };
            (label, seen)
        });
        Self {
            labels: labels.collect(),
            combinations: RwLock::default(),
            combination_cap,
        }
    }

    /// The values that the request gives.
    pub(crate) fn of_request(&self, request: RequestHead<'_>) -> ExtraValues {
        let mut values = ExtraValues::default();
        for ((label, seen), value) in self.labels.iter().zip(&mut values.0) {
            if let Source::Request(source) = &label.source {
                *value = place(seen, &source(request));
            }
        }
        values
    }

    /// Adds the values that the response gives.
    pub(crate) fn add_response(&self, response: ResponseHead<'_>, values: &mut ExtraValues) {
        for ((label, seen), value) in self.labels.iter().zip(&mut values.0) {
            if let Source::Response(source) = &label.source {
                *value = place(seen, &source(response));
            }
        }
    }

    /// These values, or past the cap of combinations `other` for each of them.
    pub(crate) fn admit(&self, values: ExtraValues) -> ExtraValues {
        let known = self
            .combinations
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let (is_known, is_full) = (known.contains(&values), known.len() >= self.combination_cap);
        drop(known);
        if is_known {
            return values;
        }
        // Once there is no room, no new combination is worth a lock that all others wait for.
        if !is_full {
            let mut known = self
                .combinations
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            if known.len() < self.combination_cap || known.contains(&values) {
                known.insert(values);
                return values;
            }
        }
        let mut folded = ExtraValues::default();
        folded.0[..self.labels.len()].fill(FOLDED);
        folded
    }

    /// The labels that these values stand for.
    pub(crate) fn resolve(&self, values: ExtraValues) -> impl Iterator<Item = metrics::Label> {
        let labels = self.labels.iter().zip(values.0);
        labels.map(|((label, seen), value)| {
            let value = match value {
                ABSENT => "",
                FOLDED => OTHER,
                place => seen
                    .get(usize::from(place - FIRST))
                    .and_then(OnceLock::get)
                    .map_or(OTHER, AsRef::as_ref),
            };
            metrics::Label::new(label.name.clone().into_owned(), value.to_owned())
        })
    }
}

/// Finds the place of a value among those seen, or gives it the next one.
fn place(seen: &[OnceLock<Box<str>>], value: &str) -> u16 {
    if value.len() > MAX_VALUE_BYTES {
        return FOLDED;
    }
    seen.iter()
        .position(|slot| slot.get_or_init(|| value.into()).as_ref() == value)
        .and_then(|index| u16::try_from(index).ok())
        .map_or(FOLDED, |index| index + FIRST)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn value_of(labels: &ExtraLabels, path: &str) -> String {
        let request = Request::builder().uri(path).body(()).unwrap();
        let values = labels.of_request(RequestHead::new(&request));
        let [label] = labels
            .resolve(values)
            .collect::<Vec<_>>()
            .try_into()
            .unwrap();
        assert_eq!(label.key(), "path");
        label.value().to_owned()
    }

    #[test]
    fn values_past_the_limit_fold_into_other() {
        let label = ExtraLabel::from_request("path", |head| head.uri().path().into());
        let labels = ExtraLabels::new(vec![label.limit(2)], 1_000);

        assert_eq!(value_of(&labels, "/a"), "/a");
        assert_eq!(value_of(&labels, "/b"), "/b");
        assert_eq!(value_of(&labels, "/c"), "other");
        assert_eq!(value_of(&labels, "/a"), "/a");
    }

    #[test]
    fn a_value_that_is_too_long_folds_into_other() {
        let label = ExtraLabel::from_request("path", |head| head.uri().path().into());
        let labels = ExtraLabels::new(vec![label.limit(1)], 1_000);

        let path = |length| format!("/{}", "a".repeat(length - 1));
        assert_eq!(value_of(&labels, &path(MAX_VALUE_BYTES + 1)), "other");
        let longest = path(MAX_VALUE_BYTES);
        assert_eq!(value_of(&labels, &longest), longest);
    }

    #[test]
    fn values_that_are_not_listed_fold_into_other() {
        let label = ExtraLabel::from_request("path", |head| head.uri().path().into());
        let labels = ExtraLabels::new(vec![label.values(["/a", "/b"])], 1_000);

        assert_eq!(value_of(&labels, "/c"), "other");
        assert_eq!(value_of(&labels, "/b"), "/b");
        assert_eq!(value_of(&labels, "/a"), "/a");
    }

    #[test]
    fn combinations_past_the_cap_fold_into_other() {
        let label = |name| ExtraLabel::from_request(name, |_| "x".into());
        let labels = ExtraLabels::new(vec![label("a"), label("b")], 2);
        let values = |a, b| ExtraValues([a, b, ABSENT, ABSENT]);

        // Twice: the first time they are met, the second time they are known.
        for _ in 0..2 {
            assert_eq!(labels.admit(values(2, 2)), values(2, 2));
            assert_eq!(labels.admit(values(2, 3)), values(2, 3));
            assert_eq!(labels.admit(values(3, 2)), values(FOLDED, FOLDED));
        }
    }

    #[test]
    fn a_value_from_the_response_is_empty_until_there_is_one() {
        let label = ExtraLabel::from_response("cache", |_| "hit".into());
        let labels = ExtraLabels::new(vec![label], 1_000);
        let request = Request::new(());

        let mut values = labels.of_request(RequestHead::new(&request));
        assert_eq!(labels.resolve(values).next().unwrap().value(), "");

        labels.add_response(ResponseHead::new(&http::Response::new(())), &mut values);
        assert_eq!(labels.resolve(values).next().unwrap().value(), "hit");
    }
}
