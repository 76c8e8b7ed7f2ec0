//! Which families are asked for.

use std::collections::BTreeSet;

use crate::{kind::Kind, names};

/// Which families an exposition holds: all, or those that are named.
///
/// A family is named by its own name or by that of one of its samples: `wait`, `wait_bucket` and
/// `wait_count` all select the histogram `wait`, as Prometheus' `name[]` does. A counter is also
/// selected without its `_total`.
///
/// # Examples
///
/// ```
/// use metrics::{Key, Level, Metadata, Recorder as _};
/// use tollgate_recorder::{Format, RecorderBuilder, Selection};
///
/// let (recorder, handle) = RecorderBuilder::new().build()?;
/// let metadata = Metadata::new("", Level::INFO, None);
/// for name in ["up", "down"] {
///     recorder.register_gauge(&Key::from_name(name), &metadata).set(1);
/// }
///
/// let mut out = Vec::new();
/// handle.write(Format::Text, &Selection::names(["up"]), &mut out);
/// assert_eq!(out, b"# TYPE up gauge\nup 1\n");
/// # Ok::<(), tollgate_recorder::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Everything, if empty.
    names: BTreeSet<String>,
}

impl Selection {
    /// Everything.
    pub const fn all() -> Self {
        Self {
            names: BTreeSet::new(),
        }
    }

    /// The families with these names, or everything if there are none.
    pub fn names<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self {
            names: names.into_iter().map(Into::into).collect(),
        }
    }

    pub(crate) fn selects(&self, family: &str, kind: Kind) -> bool {
        if self.names.is_empty() || self.names.contains(family) {
            return true;
        }
        let base = if kind == Kind::Counter {
            names::without_total(family)
        } else {
            family
        };
        self.names
            .iter()
            .filter_map(|name| name.strip_prefix(base))
            .any(|rest| {
                let is_base = rest.is_empty() && kind == Kind::Counter;
                is_base || kind.suffixes().contains(&rest)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::Selection;
    use crate::kind::Kind;

    #[test]
    fn family_is_selected_by_its_name_or_a_sample_name() {
        for (name, family, kind, selected) in [
            ("x", "x", Kind::Gauge, true),
            ("x_sum", "x", Kind::Gauge, false),
            ("x_sum", "x", Kind::Summary, true),
            ("x_bucket", "x", Kind::Summary, false),
            ("x_bucket", "x", Kind::Histogram, true),
            ("x", "x_total", Kind::Counter, true),
            ("x_total", "x_total", Kind::Counter, true),
            ("x_total", "x", Kind::Counter, true),
            ("x_total", "x", Kind::Gauge, false),
            ("", "x", Kind::Gauge, false),
            ("x_bucket_more", "x", Kind::Histogram, false),
        ] {
            assert_eq!(
                Selection::names([name]).selects(family, kind),
                selected,
                "{name} {family}"
            );
        }
        assert!(Selection::all().selects("x", Kind::Gauge));
        assert!(Selection::names(["y", "x"]).selects("x", Kind::Gauge));
    }
}
