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
    /// `_count` for a histogram. A counter has `_total` in `OpenMetrics` only.
    pub const fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Counter => &["_total"],
            Self::Gauge | Self::Unknown => &[],
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

    /// Returns the names that a family of this kind and its samples have in the text format.
    pub fn sample_names(self, family: &str) -> Vec<String> {
        with_suffixes(family, self.text_suffixes()).collect()
    }

    /// Returns the names that a family of this kind and its samples have in `OpenMetrics`.
    ///
    /// A gauge `jobs` clashes with a counter `jobs_total` there. With `created`, a gauge
    /// `jobs_created` does too.
    pub fn openmetrics_names(self, family: &str, created: bool) -> Vec<String> {
        let base = self.openmetrics_base(family);
        let is_created = created && !matches!(self, Self::Gauge | Self::Unknown);
        with_suffixes(base, self.suffixes())
            .chain(is_created.then(|| format!("{base}_created")))
            .collect()
    }

    /// Returns the family's name in `OpenMetrics`, to which the sample of a counter adds `_total`.
    pub(crate) fn openmetrics_base(self, family: &str) -> &str {
        match (self, family.strip_suffix("_total")) {
            (Self::Counter, Some(base)) if !base.is_empty() => base,
            _ => family,
        }
    }

    /// Returns the endings of samples in the text format.
    pub(crate) const fn text_suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Counter => &[],
            other => other.suffixes(),
        }
    }
}

fn with_suffixes<'a>(
    base: &'a str,
    suffixes: &'a [&str],
) -> impl Iterator<Item = String> + use<'a> {
    let with = move |suffix: &&str| format!("{base}{suffix}");
    [""].iter().chain(suffixes).map(with)
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn samples_have_the_names_of_their_format() {
        for (name, kind, text, openmetrics) in [
            ("jobs", Kind::Gauge, "jobs", "jobs"),
            (
                "jobs",
                Kind::Counter,
                "jobs",
                "jobs jobs_total jobs_created",
            ),
            (
                "jobs_total",
                Kind::Counter,
                "jobs_total",
                "jobs jobs_total jobs_created",
            ),
            (
                "_total",
                Kind::Counter,
                "_total",
                "_total _total_total _total_created",
            ),
            (
                "wait",
                Kind::Summary,
                "wait wait_sum wait_count",
                "wait wait_sum wait_count wait_created",
            ),
            (
                "wait",
                Kind::Histogram,
                "wait wait_bucket wait_sum wait_count",
                "wait wait_bucket wait_sum wait_count wait_created",
            ),
        ] {
            assert_eq!(kind.sample_names(name).join(" "), text);
            assert_eq!(kind.openmetrics_names(name, true).join(" "), openmetrics);
        }
        let without_created = Kind::Counter.openmetrics_names("jobs", false);
        assert_eq!(without_created.join(" "), "jobs jobs_total");
    }
}
