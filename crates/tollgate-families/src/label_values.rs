//! Values of a label, bounded in number and length.

use std::{hash::BuildHasherDefault, ops::Range, sync::OnceLock};

use crate::{BoundedKey, bounded::Multiply};

/// Value of a label for everything that is not kept apart.
pub const OTHER: &str = "other";

/// Maximum length of a value.
pub const MAX_VALUE_BYTES: usize = 128;

/// Values that a label may have: listed ones, or the first so many.
///
/// Any other value, and one of more than [`MAX_VALUE_BYTES`], is [`OTHER`]. The list only grows, so
/// that it is read without a lock.
#[derive(Debug)]
pub struct LabelValues(Box<[OnceLock<Box<str>>]>);

impl LabelValues {
    /// Keeps the first `max` values.
    pub fn first(max: usize) -> Self {
        Self((0..max).map(|_| OnceLock::new()).collect())
    }

    /// Keeps these values.
    pub fn listed<V: AsRef<str>>(values: impl IntoIterator<Item = V>) -> Self {
        let values = values.into_iter();
        Self(
            values
                .map(|value| OnceLock::from(Box::from(value.as_ref())))
                .collect(),
        )
    }

    /// Returns the place of a value, and gives a new value a place if there is room.
    pub fn place(&self, value: &str) -> Option<usize> {
        if value.len() > MAX_VALUE_BYTES {
            return None;
        }
        let same = |slot: &OnceLock<Box<str>>| **slot.get_or_init(|| value.into()) == *value;
        self.0.iter().position(same)
    }

    /// Returns the number of values that can be kept, which is the place after the last.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns the value at a place, or [`OTHER`] after the last.
    pub fn at(&self, place: usize) -> &str {
        let value = self.0.get(place).and_then(OnceLock::get);
        value.map_or(OTHER, AsRef::as_ref)
    }
}

/// Values of up to `N` labels, as places in the [`LabelValues`] of each.
///
/// A label that was not [`set`](Self::set) is absent: its value is the empty string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValuePlaces<const N: usize>([u16; N]);

const ABSENT: u16 = 0;
const FOLDED: u16 = 1;
const FIRST: usize = 2;

impl<const N: usize> Default for ValuePlaces<N> {
    fn default() -> Self {
        Self([ABSENT; N])
    }
}

impl<const N: usize> ValuePlaces<N> {
    /// Returns whether all values are absent.
    #[inline]
    pub fn are_absent(self) -> bool {
        self == Self::default()
    }

    /// Sets the value of the label with this index, and gives a new value a place if there is room.
    pub fn set(&mut self, label: usize, values: &LabelValues, value: &str) {
        let place = values.place(value);
        let place = place.and_then(|place| u16::try_from(place + FIRST).ok());
        self.0[label] = place.unwrap_or(FOLDED);
    }

    /// Sets the values of the labels in a range to [`OTHER`].
    pub fn fold(&mut self, labels: Range<usize>) {
        self.0[labels].fill(FOLDED);
    }

    /// Returns the value of the label with this index.
    pub fn value(self, label: usize, values: &LabelValues) -> &str {
        match self.0[label] {
            ABSENT => "",
            FOLDED => OTHER,
            place => values.at(usize::from(place) - FIRST),
        }
    }
}

impl<const N: usize> BoundedKey for ValuePlaces<N> {
    type Hasher = BuildHasherDefault<Multiply>;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the value that the label has for `value`.
    fn bound<'a>(values: &'a LabelValues, value: &str) -> &'a str {
        values.place(value).map_or(OTHER, |place| values.at(place))
    }

    #[test]
    fn places_stand_for_values() {
        let values = LabelValues::first(1);
        let mut places = ValuePlaces::<2>::default();
        assert!(places.are_absent());
        places.set(0, &values, "a");
        places.set(1, &values, "b");
        assert_eq!(
            [0, 1].map(|label| places.value(label, &values)),
            ["a", "other"]
        );
        let mut places = ValuePlaces::<2>::default();
        places.fold(0..1);
        assert_eq!(
            [0, 1].map(|label| places.value(label, &values)),
            ["other", ""]
        );
    }

    #[test]
    fn the_first_values_are_kept() {
        let values = LabelValues::first(2);
        assert_eq!(
            ["a", "b", "c", "a"].map(|value| bound(&values, value)),
            ["a", "b", "other", "a"]
        );
    }

    #[test]
    fn listed_values_are_kept() {
        let values = LabelValues::listed(["a", "b"]);
        assert_eq!(
            ["c", "b", "a"].map(|value| bound(&values, value)),
            ["other", "b", "a"]
        );
    }

    #[test]
    fn a_value_that_is_too_long_takes_no_place() {
        let values = LabelValues::first(1);
        let longest = "a".repeat(MAX_VALUE_BYTES);
        assert_eq!(bound(&values, &"b".repeat(MAX_VALUE_BYTES + 1)), "other");
        assert_eq!(bound(&values, &longest), longest);
        assert_eq!(values.at(7), "other");
    }
}
