//! Families: all series of one name.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    fmt,
    ops::Range,
    sync::{Arc, LazyLock},
};

use crate::{
    buffers::Buffers,
    kind::{Kind, counter_clash, without_total},
    selection::Selection,
    series::Series,
    writers::json,
};

/// Buffers of all families without series.
static EMPTY: LazyLock<Arc<Buffers>> = LazyLock::new(Arc::default);

/// All series of one name.
///
/// # Examples
///
/// ```
/// use tollgate_exposition::{Family, Kind, Series, Value, label_text};
///
/// let mut family = Family::new("queue_length", Kind::Gauge);
/// family.help = Some("Jobs waiting, by queue.".into());
/// family.push(Series::new(&label_text([("queue", "mail")]), Value::Count(3)));
///
/// assert_eq!(family.series().count(), 1);
/// ```
#[derive(Clone)]
pub struct Family {
    name: Arc<str>,
    kind: Kind,
    /// The help text.
    pub help: Option<Arc<str>>,
    /// The unit. It is written only where the name ends with it: anywhere else Prometheus refuses it.
    pub unit: Option<Cow<'static, str>>,
    pub(crate) series: Range<usize>,
    /// Shared by all families that were read together.
    pub(crate) buffers: Arc<Buffers>,
}

impl Family {
    /// Creates a family without series. The name must be one that Prometheus accepts.
    pub fn new(name: impl Into<Arc<str>>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
            help: None,
            unit: None,
            series: 0..0,
            buffers: Arc::clone(&EMPTY),
        }
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Adds a series. A value of another kind than the family is ignored, and so is a histogram
    /// without exactly one count more than bounds.
    pub fn push(&mut self, series: Series<'_>) {
        if self.series.end < self.buffers.len() {
            // Another family's follow.
            *self = self.with_series(self.series());
        }
        let buffers = Arc::make_mut(&mut self.buffers);
        buffers.push(self.kind, &series);
        self.series.end = buffers.len();
    }

    /// Returns the series in the order in which they were pushed.
    pub fn series(&self) -> impl ExactSizeIterator<Item = Series<'_>> {
        self.buffers.series(self.series.clone())
    }

    /// Returns the family as JSON, summed over its series that `selection` has, in the shape of
    /// Micronaut's and Spring's management endpoints; `None` if there is no such series.
    ///
    /// `availableTags` are the labels that tell these series apart, without the labels that
    /// `selection` gives. A value that is not a finite number is `null`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_exposition::{Family, Kind, Selection, Series, Value};
    ///
    /// let mut family = Family::new("orders_total", Kind::Counter);
    /// family.push(Series::new(r#"country="fi",kind="book""#, Value::Count(3)));
    /// family.push(Series::new(r#"country="it",kind="book""#, Value::Count(2)));
    /// family.push(Series::new(r#"country="it",kind="pen""#, Value::Count(9)));
    ///
    /// assert_eq!(
    ///     family.to_json(&Selection::all().label("kind", "book")).unwrap(),
    ///     r#"{"name":"orders_total","measurements":[{"statistic":"COUNT","value":5.0}],"availableTags":[{"tag":"country","values":["fi","it"]}],"description":null,"baseUnit":null}"#,
    /// );
    /// ```
    pub fn to_json(&self, selection: &Selection) -> Option<String> {
        let selected = self.series().filter(|s| selection.has_series(s.labels));
        let help = self.help.as_deref();
        json::family(&self.name, self.kind, help, selected, selection)
    }

    /// Returns the family of this name. `all` are sorted by name.
    pub(crate) fn find<'a>(all: &'a [Self], name: &str) -> Option<&'a Self> {
        let found = all.binary_search_by(|family| family.name().cmp(name));
        Some(&all[found.ok()?])
    }

    /// Returns whether the times since which series count are exposed.
    pub(crate) fn has_created(&self) -> bool {
        let first = self.series().next();
        first.is_some_and(|series| series.created.is_some())
    }

    /// Returns the name of the family of `all` that `OpenMetrics` could not tell from this one, if it
    /// were a counter there.
    pub(crate) fn clash(&self, all: &[Self]) -> Option<String> {
        let kind_of = |name: &str| Some(Self::find(all, name)?.kind);
        let is_counter = self.kind == Kind::Counter;
        is_counter.then(|| counter_clash(&self.name, self.has_created(), kind_of))?
    }

    /// Returns the unit, if the name ends with it, but for the `_total` of a counter.
    pub(crate) fn unit_in_name(&self) -> Option<&str> {
        let unit = self.unit.as_deref()?;
        let base = without_total(&self.name).filter(|_| self.kind == Kind::Counter);
        let rest = base.unwrap_or(&self.name).strip_suffix(unit)?;
        (rest.ends_with('_') && rest.len() > 1).then_some(unit)
    }

    /// Returns the number of samples in the text format.
    pub(crate) fn samples(&self) -> usize {
        self.series().map(|series| series.value.samples()).sum()
    }

    /// Returns the same family with other series.
    pub(crate) fn with_series<'a>(&self, series: impl Iterator<Item = Series<'a>>) -> Self {
        let mut family = Self {
            help: self.help.clone(),
            unit: self.unit.clone(),
            ..Self::new(Arc::clone(&self.name), self.kind)
        };
        series.for_each(|series| family.push(series));
        family
    }

    /// Adds the series of `other` whose labels this has not, and returns whether it had any.
    pub(crate) fn merge(&mut self, other: &Self) -> bool {
        let known: BTreeSet<_> = self.series().map(|series| series.labels).collect();
        let is_new = |series: &Series<'_>| !known.contains(series.labels);
        let mut all: Vec<_> = self.series().chain(other.series().filter(is_new)).collect();
        let had_any = all.len() < self.series.len() + other.series.len();
        all.sort_by_key(|series| series.labels);
        let mut merged = self.with_series(all.into_iter());
        merged.help = merged.help.or_else(|| other.help.clone());
        merged.unit = merged.unit.or_else(|| other.unit.clone());
        *self = merged;
        had_any
    }
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Family")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("series", &self.series().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
