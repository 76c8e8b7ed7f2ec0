//! Series that one collector has set in its life.

use std::collections::HashMap;

use metrics::{Gauge, Key};
use tollgate_families::{BoxError, Stage, StagedValue, Target, Total};

use crate::owner::{Owner, Owners};

/// Maximum number of series that a collector can set in its life.
const MAX_SERIES: usize = 1_000;

/// Series that the collections of one collector have set, with their handles.
#[derive(Debug)]
pub(crate) struct CollectedSeries {
    owner: Owner,
    owners: Owners,
    /// Gauges, and whether the collection that is being committed sets them.
    gauges: HashMap<Key, (Gauge, bool)>,
    counters: HashMap<Key, Total>,
}

impl CollectedSeries {
    pub(crate) fn new(owner: Owner, owners: Owners) -> Self {
        Self {
            owner,
            owners,
            gauges: HashMap::new(),
            counters: HashMap::new(),
        }
    }

    /// Writes the values of the stage and empties it. Returns the number of values without room.
    ///
    /// # Errors
    ///
    /// If another collector sets one of the series. Then nothing is written.
    pub(crate) fn commit(&mut self, stage: &mut Stage, target: &Target) -> Result<u64, BoxError> {
        let values: Vec<_> = stage.drain().collect();
        let is_new =
            |key: &&Key| !self.gauges.contains_key(*key) && !self.counters.contains_key(*key);
        let room = MAX_SERIES - self.gauges.len() - self.counters.len();
        let new = values.iter().map(|(key, _)| key).filter(is_new);
        new.take(room)
            .try_for_each(|key| self.owner.take(&self.owners, key, target))?;
        for (_, is_set) in self.gauges.values_mut() {
            *is_set = false;
        }
        let mut left_out = 0;
        for (key, value) in values {
            let has_room = self.gauges.len() + self.counters.len() < MAX_SERIES;
            let written = match value {
                StagedValue::Gauge(value) => {
                    let make = |key: &Key| (target.gauge(key), false);
                    known(&mut self.gauges, key, has_room, make).map(|(gauge, is_set)| {
                        gauge.set(value);
                        *is_set = true;
                    })
                }
                StagedValue::Counter(total) => {
                    let make = |key: &Key| Total::register(target, key);
                    known(&mut self.counters, key, has_room, make).map(|counter| counter.set(total))
                }
            };
            left_out += u64::from(written.is_none());
        }
        for (gauge, _) in self.gauges.values().filter(|(_, is_set)| !is_set) {
            gauge.set(0.0);
        }
        Ok(left_out)
    }
}

impl Drop for CollectedSeries {
    fn drop(&mut self) {
        self.owner.leave(&self.owners);
    }
}

fn known<T>(
    known: &mut HashMap<Key, T>,
    key: Key,
    has_room: bool,
    make: impl FnOnce(&Key) -> T,
) -> Option<&mut T> {
    if !has_room && !known.contains_key(&key) {
        return None;
    }
    Some(known.entry(key).or_insert_with_key(make))
}
