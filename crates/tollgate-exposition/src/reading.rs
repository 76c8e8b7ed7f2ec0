//! Snapshots of a recorder: many families at once.

use std::{sync::Arc, time::SystemTime};

use crate::{
    buffers::Buffers,
    family::Family,
    kind::Kind,
    series::{Exemplar, Series},
    snapshot::Snapshot,
};

/// Families that are read one after the other, into buffers that they share.
#[derive(Debug, Default)]
pub struct Reading {
    families: Vec<Family>,
    buffers: Buffers,
    /// The buffers of each family until the end.
    none: Arc<Buffers>,
}

impl Reading {
    /// Makes room for a reading like one that had this [room](Self::room).
    pub fn with_room([families, series, labels, counts]: [usize; 4]) -> Self {
        Self {
            families: Vec::with_capacity(families),
            buffers: Buffers::with_room(series, labels, counts),
            none: Arc::default(),
        }
    }

    /// Returns the room that this reading takes.
    pub fn room(&self) -> [usize; 4] {
        let [series, labels, counts] = self.buffers.room();
        [self.families.len(), series, labels, counts]
    }

    /// Begins a family. Families come in the order of their names.
    pub fn family(&mut self, name: Arc<str>, kind: Kind) -> &mut Family {
        self.end();
        let family = Family::over(Arc::clone(&self.none), self.buffers.len(), name, kind);
        self.families.push(family);
        let last = self.families.len() - 1;
        &mut self.families[last]
    }

    /// Adds a series to the family that was begun last.
    #[inline]
    pub fn push(&mut self, series: &Series<'_>) {
        if let Some(family) = self.families.last() {
            self.buffers.push(family.kind(), series);
        }
    }

    /// Adds a histogram to the family that was begun last. `read` appends one count more than there are
    /// bounds, and returns the sum.
    #[inline]
    pub fn push_histogram(
        &mut self,
        labels: &str,
        created: Option<SystemTime>,
        bounds: &Arc<[f64]>,
        exemplars: &[(usize, Exemplar)],
        read: impl FnOnce(&mut Vec<u64>) -> f64,
    ) {
        self.buffers
            .push_histogram(labels, created, bounds, exemplars, read);
    }

    /// Ends the family that was begun last, and leaves it out if it has no series.
    fn end(&mut self) {
        if let Some(family) = self.families.last_mut() {
            family.series.end = self.buffers.len();
            if family.series.is_empty() {
                self.families.pop();
            }
        }
    }

    /// Returns all families that have series.
    pub fn finish(mut self) -> Snapshot {
        self.end();
        let buffers = Arc::new(self.buffers);
        for family in &mut self.families {
            family.buffers = Arc::clone(&buffers);
        }
        Snapshot {
            families: self.families,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reading;
    use crate::{Family, Kind, Series, Value};

    fn values(family: &Family) -> Vec<String> {
        let values = family.series().map(|series| format!("{:?}", series.value));
        values.collect()
    }

    #[test]
    fn families_that_share_buffers_change_alone() {
        let mut reading = Reading::default();
        for (name, counts) in [("a", &[1, 2][..]), ("b", &[]), ("c", &[3])] {
            reading.family(name.into(), Kind::Gauge);
            for count in counts {
                reading.push(&Series::new("", Value::Count(*count)));
            }
        }
        let snapshot = reading.finish();
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
