//! One reading of everything.

use std::{mem, sync::Arc};

use crate::{buffers::Buffers, family::Family, format::Format, selection::Selection, writers};

/// One reading of an exposition, from which every format is written.
///
/// Families are sorted by name, and each has at least one series. Collecting families sorts them,
/// and leaves out those without series and all but the first of the same name.
///
/// # Examples
///
/// ```
/// use tollgate_exposition::{Family, Format, Kind, Series, Snapshot, Value};
///
/// let mut up = Family::new("up", Kind::Gauge);
/// up.push(Series::new("", Value::Count(1)));
/// let snapshot = Snapshot::from_iter([up]);
///
/// let mut out = Vec::new();
/// snapshot.write(Format::OpenMetrics, &mut out);
/// assert_eq!(out, b"# TYPE up gauge\nup 1\n# EOF\n");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    pub(crate) families: Vec<Family>,
}

impl Snapshot {
    /// Returns all families, sorted by name.
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// Returns the family of this name.
    pub fn family(&self, name: &str) -> Option<&Family> {
        Family::find(&self.families, name)
    }

    /// Creates a snapshot of families that were read into the same buffers, one after the other in the
    /// order of their names, each with the number of series until its end.
    #[doc(hidden)]
    pub fn of_buffers(buffers: Buffers, families: Vec<(Family, usize)>) -> Self {
        let (buffers, mut start) = (Arc::new(buffers), 0);
        let mut families: Vec<_> = families
            .into_iter()
            .map(|(mut family, end)| {
                family.series = mem::replace(&mut start, end)..end;
                family.buffers = Arc::clone(&buffers);
                family
            })
            .collect();
        families.retain(|family| !family.series.is_empty());
        Self { families }
    }

    /// Returns the number of samples in the text format. Prometheus counts each as one series: every
    /// bucket of a histogram is one.
    pub fn samples(&self) -> usize {
        self.families.iter().map(Family::samples).sum()
    }

    /// Leaves out all that is not selected.
    pub fn retain(&mut self, selection: &Selection) {
        if selection.is_all() {
            return;
        }
        self.families
            .retain(|family| selection.has_family(family.name(), family.kind()));
        if selection.has_labels() {
            let of_family = |family: &Family| {
                let series = family.series();
                family.with_series(series.filter(|series| selection.has_series(series.labels)))
            };
            *self = self.families.iter().map(of_family).collect();
        }
    }

    /// Writes everything to the end of `out`.
    pub fn write(&self, format: Format, out: &mut Vec<u8>) {
        match format {
            Format::Text => writers::text::write::<false>(&self.families, out),
            Format::OpenMetrics => writers::text::write::<true>(&self.families, out),
            #[cfg(feature = "protobuf")]
            Format::Protobuf => writers::protobuf::write(&self.families, out),
            Format::Json => writers::json::names(self.families.iter().map(Family::name), out),
        }
    }
}

impl FromIterator<Family> for Snapshot {
    fn from_iter<I: IntoIterator<Item = Family>>(families: I) -> Self {
        let mut families = Vec::from_iter(families);
        families.retain(|family| family.series().len() > 0);
        families.sort_by(|a, b| a.name().cmp(b.name()));
        families.dedup_by(|later, earlier| later.name() == earlier.name());
        Self { families }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Buffers, Family, Kind, Series, Snapshot, Value};

    fn values(family: &Family) -> Vec<String> {
        let values = family.series().map(|series| format!("{:?}", series.value));
        values.collect()
    }

    #[test]
    fn families_that_share_buffers_change_alone() {
        let (mut buffers, mut families) = (Buffers::default(), Vec::new());
        for (name, counts) in [("a", &[1, 2][..]), ("b", &[]), ("c", &[3])] {
            for count in counts {
                buffers.push(Kind::Gauge, &Series::new("", Value::Count(*count)));
            }
            families.push((Family::new(name, Kind::Gauge), buffers.len()));
        }
        let snapshot = Snapshot::of_buffers(buffers, families);
        assert!(snapshot.family("b").is_none());
        for (name, before) in [("a", &["Count(1)", "Count(2)"][..]), ("c", &["Count(3)"])] {
            let family = snapshot.family(name).unwrap();
            let mut changed = family.clone();
            changed.push(Series::new("", Value::Count(4)));
            assert_eq!(values(family), before);
            assert_eq!(values(&changed), [before, &["Count(4)"]].concat());
        }
    }
}
