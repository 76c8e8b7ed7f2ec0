//! What a family is.

/// What `metrics` knows a metric as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetricKind {
    /// `counter!`
    Counter,
    /// `gauge!`
    Gauge,
    /// `histogram!`, whatever it is kept as.
    Histogram,
}

/// What a family is exposed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Native,
}

impl Kind {
    /// As both text formats call it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram | Self::Native => "histogram",
            Self::Summary => "summary",
        }
    }

    /// What its samples' names add to the family's.
    pub(crate) fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Counter => &["_total"],
            Self::Gauge => &[],
            Self::Histogram | Self::Native => &["_bucket", "_sum", "_count"],
            Self::Summary => &["_sum", "_count"],
        }
    }

    /// The label that some of its samples have beside the series' own.
    pub(crate) fn own_label(self) -> Option<&'static str> {
        match self {
            Self::Histogram | Self::Native => Some("le"),
            Self::Summary => Some("quantile"),
            Self::Counter | Self::Gauge => None,
        }
    }
}
