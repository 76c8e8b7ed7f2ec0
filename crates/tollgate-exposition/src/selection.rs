//! The part of an exposition that is asked for.

use std::collections::BTreeSet;

use crate::{
    kind::{Kind, without_total},
    labels::label_pairs,
};

/// The part of an exposition that is asked for: everything, or families by name and series by label.
///
/// A family is selected by its own name or by the name of one of its samples: `wait`, `wait_bucket`
/// and `wait_count` all select the histogram `wait`, as Prometheus' `name[]` does. A counter is also
/// selected without its `_total`.
///
/// # Examples
///
/// ```
/// use tollgate_exposition::{Kind, Selection};
///
/// let selection = Selection::names(["up", "wait_bucket"]);
///
/// assert!(selection.has_family("up", Kind::Gauge));
/// assert!(selection.has_family("wait", Kind::Histogram));
/// assert!(!selection.has_family("down", Kind::Gauge));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Selection {
    /// Every family, if empty.
    names: BTreeSet<String>,
    labels: BTreeSet<(String, String)>,
}

impl Selection {
    /// Selects everything.
    pub const fn all() -> Self {
        Self {
            names: BTreeSet::new(),
            labels: BTreeSet::new(),
        }
    }

    /// Selects the families with these names, or everything if there are none.
    pub fn names<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self {
            names: names.into_iter().map(Into::into).collect(),
            labels: BTreeSet::new(),
        }
    }

    /// Selects only series with this label, and with every other label that is given.
    #[must_use]
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert((name.into(), value.into()));
        self
    }

    /// Returns whether everything is selected.
    pub fn is_all(&self) -> bool {
        self.names.is_empty() && self.labels.is_empty()
    }

    /// Returns whether the family of this name and kind is selected.
    pub fn has_family(&self, name: &str, kind: Kind) -> bool {
        let is_sample = |wanted: &String| {
            let ending = wanted.strip_prefix(name);
            ending.is_some_and(|ending| kind.suffixes().contains(&ending))
        };
        let base = without_total(name).filter(|_| kind == Kind::Counter);
        self.names.is_empty()
            || self.names.contains(name)
            || base.is_some_and(|base| self.names.contains(base))
            || self.names.iter().any(is_sample)
    }

    /// Returns whether the series with this [label text](crate::label_text) is selected.
    #[inline]
    pub fn has_series(&self, labels: &str) -> bool {
        self.labels.is_empty() || self.has_labels_of(labels)
    }

    fn has_labels_of(&self, labels: &str) -> bool {
        let mut wanted = self.labels.iter();
        wanted.all(|(name, value)| label_pairs(labels).any(|(n, v)| n == name && v == *value))
    }

    pub(crate) fn has_labels(&self) -> bool {
        !self.labels.is_empty()
    }

    /// Returns whether series are selected by this label.
    pub(crate) fn is_by(&self, label: &str) -> bool {
        self.labels.iter().any(|(name, _)| name == label)
    }
}

#[cfg(test)]
mod tests {
    use super::Selection;
    use crate::kind::Kind;

    #[test]
    fn family_is_selected_by_its_name_or_the_name_of_a_sample() {
        for (name, family, kind, selected) in [
            ("x", "x", Kind::Gauge, true),
            ("x_sum", "x", Kind::Gauge, false),
            ("x_sum", "x", Kind::Summary, true),
            ("x_bucket", "x", Kind::Summary, false),
            ("x_bucket", "x", Kind::Histogram, true),
            ("x", "x_total", Kind::Counter, true),
            ("x_total", "x_total", Kind::Counter, true),
            ("x_total", "x", Kind::Counter, false),
            ("x_total", "x", Kind::Gauge, false),
            ("", "x", Kind::Gauge, false),
            ("x_bucket_more", "x", Kind::Histogram, false),
        ] {
            assert_eq!(
                Selection::names([name]).has_family(family, kind),
                selected,
                "{name} {family}"
            );
        }
        assert!(Selection::all().has_family("x", Kind::Gauge));
        assert!(Selection::names(["y", "x"]).has_family("x", Kind::Gauge));
    }

    #[test]
    fn series_is_selected_by_all_labels_together() {
        let all = Selection::all();
        for (selection, selected) in [
            (all.clone(), true),
            (all.clone().label("a", "x\"y"), true),
            (all.clone().label("a", "x\"y").label("b", "2"), true),
            (all.clone().label("a", "x"), false),
            (all.clone().label("b", "2").label("b", "3"), false),
            (all.label("c", ""), false),
        ] {
            let text = r#"a="x\"y",b="2""#;
            assert_eq!(selection.has_series(text), selected, "{selection:?}");
        }
    }
}
