//! Descriptions of metric families, as constants.

use std::fmt::Debug;

use metrics::Unit;

/// Kind of a metric family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A counter.
    Counter,
    /// A gauge.
    Gauge,
    /// A histogram.
    Histogram,
}

/// Promise that comes with a metric's name and labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tier {
    /// Changes only with a major version.
    Stable,
    /// May change in any version; for debugging only.
    Debug,
}

/// Default name, kind, unit, labels and help of one metric family.
#[derive(Debug)]
pub struct Family<L: 'static> {
    /// Default name.
    pub name: &'static str,
    /// Kind.
    pub kind: Kind,
    /// Unit.
    pub unit: Unit,
    /// Help text.
    pub help: &'static str,
    /// Labels, in the order in which they are registered.
    pub labels: &'static [L],
    /// Stability of name and labels.
    pub tier: Tier,
    /// Upper bounds of a histogram's buckets, where the defaults do not fit.
    pub bounds: Option<&'static [f64]>,
}

impl<L> Family<L> {
    /// Values of the fields that a list may leave out.
    #[doc(hidden)]
    pub const UNNAMED: Self = Self {
        name: "",
        kind: Kind::Counter,
        unit: Unit::Count,
        help: "",
        labels: &[],
        tier: Tier::Stable,
        bounds: None,
    };
}

/// Metrics of one group, as an enum that [`families!`](crate::families!) writes.
pub trait Group: Copy + Debug + PartialEq + Send + Sync + 'static {
    /// Labels of the group.
    type Label: GroupLabel;

    /// Every metric, in order.
    const ALL: &'static [Self];

    /// Description of every metric, in order.
    const FAMILIES: &'static [Family<Self::Label>];

    /// Returns the metric's place in [`ALL`](Self::ALL).
    fn index(self) -> usize;
}

/// Labels of one group, as an enum that [`families!`](crate::families!) writes.
pub trait GroupLabel: Copy + Debug + PartialEq + Send + Sync + 'static {
    /// Every label, in order.
    const ALL: &'static [Self];

    /// Default name of every label, in order.
    const NAMES: &'static [&'static str];

    /// Returns the label's place in [`NAMES`](Self::NAMES).
    fn index(self) -> usize;
}

/// Labels of a group that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoLabel {}

impl GroupLabel for NoLabel {
    const ALL: &'static [Self] = &[];

    const NAMES: &'static [&'static str] = &[];

    fn index(self) -> usize {
        match self {}
    }
}
