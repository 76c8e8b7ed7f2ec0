//! The kinds of families, and the names of their samples.

/// The kind of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A value that only goes up.
    Counter,
    /// A value that goes up and down.
    Gauge,
    /// Observations in buckets, with their count and sum.
    Histogram,
    /// Quantiles of observations, with their count and sum.
    Summary,
    /// A value of which nothing more is known.
    Unknown,
}

impl Kind {
    /// Returns the endings that samples add to the name of their family: `_bucket`, `_sum` and
    /// `_count` for a histogram.
    pub const fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Counter | Self::Gauge | Self::Unknown => &[],
            Self::Histogram => &["_bucket", "_sum", "_count"],
            Self::Summary => &["_sum", "_count"],
        }
    }

    /// Returns the label that tells samples of one series apart: `le` or `quantile`.
    pub const fn own_label(self) -> Option<&'static str> {
        match self {
            Self::Histogram => Some("le"),
            Self::Summary => Some("quantile"),
            Self::Counter | Self::Gauge | Self::Unknown => None,
        }
    }

    /// Returns the names that a family of this kind and its samples have.
    pub fn sample_names(self, family: &str) -> Vec<String> {
        let endings = [""].iter().chain(self.suffixes());
        endings.map(|ending| format!("{family}{ending}")).collect()
    }
}

/// Returns the name of a counter without `_total`: the name of its family in `OpenMetrics`.
pub(crate) fn without_total(counter: &str) -> Option<&str> {
    counter
        .strip_suffix("_total")
        .filter(|base| !base.is_empty())
}

/// Returns the name of the family that has samples of this name. `kind_of` returns the kind of a family
/// by its name.
#[doc(hidden)]
pub fn owner(sample: &str, kind_of: impl Fn(&str) -> Option<Kind>) -> Option<&str> {
    let of_ending = |ending: &&str| {
        let family = sample.strip_suffix(ending)?;
        let has = kind_of(family)?.suffixes().contains(ending);
        has.then_some(family)
    };
    let named = kind_of(sample).map(|_| sample);
    named.or_else(|| Kind::Histogram.suffixes().iter().find_map(of_ending))
}

/// Returns the name of the family that `OpenMetrics` could not tell from a counter `jobs_total`, which
/// is `jobs` there: the [owner] of that name, and with `created` of `jobs_created`.
#[doc(hidden)]
pub fn counter_clash(
    counter: &str,
    created: bool,
    kind_of: impl Fn(&str) -> Option<Kind>,
) -> Option<String> {
    let base = without_total(counter)?;
    let created = created.then(|| format!("{base}_created"));
    let clash = owner(base, &kind_of).map(str::to_owned);
    clash.or_else(|| created.filter(|created| kind_of(created).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_names_that_begin_with_the_family() {
        for (kind, names) in [
            (Kind::Gauge, "x"),
            (Kind::Counter, "x"),
            (Kind::Summary, "x x_sum x_count"),
            (Kind::Histogram, "x x_bucket x_sum x_count"),
        ] {
            assert_eq!(kind.sample_names("x").join(" "), names);
        }
    }

    #[test]
    fn a_counter_clashes_with_any_family_of_its_name_in_openmetrics() {
        for (counter, family, kind, clashes) in [
            ("x_total", "x", Kind::Gauge, true),
            ("x_total", "x", Kind::Counter, true),
            ("x_total", "x", Kind::Histogram, true),
            ("x_total", "x_created", Kind::Gauge, true),
            ("x_total", "x_info", Kind::Gauge, false),
            ("x_info_total", "x", Kind::Gauge, false),
            ("x_bucket_total", "x", Kind::Histogram, true),
            ("x_sum_total", "x", Kind::Summary, true),
            ("x_bucket_total", "x", Kind::Summary, false),
            ("x_count_total", "x", Kind::Counter, false),
            ("x", "x_total", Kind::Gauge, false),
            ("_total", "", Kind::Gauge, false),
        ] {
            let kind_of = |name: &str| (name == family).then_some(kind);
            let clash = counter_clash(counter, true, kind_of);
            assert_eq!(clash.as_deref(), clashes.then_some(family), "{counter}");
        }
        let created = |name: &str| (name == "x_created").then_some(Kind::Gauge);
        assert_eq!(counter_clash("x_total", false, created), None);
    }
}
