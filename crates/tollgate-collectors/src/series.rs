//! Series that one collector has set in its life.

use std::collections::HashMap;

use metrics::{Counter, Gauge, Key};
use tollgate_families::{Stage, StagedValue};

use crate::{destination::Destination, metadata::METADATA};

/// Series that the collections of one collector have set, with their handles.
#[derive(Debug)]
pub(crate) struct Series {
    gauges: HashMap<Key, KnownGauge>,
    counters: HashMap<Key, Counter>,
    limit: usize,
}

#[derive(Debug)]
struct KnownGauge {
    handle: Gauge,
    /// Whether the collection that is being committed sets it.
    is_present: bool,
}

impl Series {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            gauges: HashMap::new(),
            counters: HashMap::new(),
            limit,
        }
    }

    /// Writes the values of the stage and empties it. Returns the number of values without room.
    pub(crate) fn commit(&mut self, stage: &mut Stage, destination: &Destination) -> u64 {
        for gauge in self.gauges.values_mut() {
            gauge.is_present = false;
        }
        let mut left_out = 0;
        for (key, value) in stage.drain() {
            let has_room = self.gauges.len() + self.counters.len() < self.limit;
            let was_written = match value {
                StagedValue::Gauge(value) => self.set_gauge(key, value, has_room, destination),
                StagedValue::Counter(total) => self.set_counter(key, total, has_room, destination),
            };
            left_out += u64::from(!was_written);
        }
        for gauge in self.gauges.values().filter(|gauge| !gauge.is_present) {
            gauge.handle.set(0.0);
        }
        left_out
    }

    fn set_gauge(&mut self, key: Key, value: f64, has_room: bool, to: &Destination) -> bool {
        if !has_room && !self.gauges.contains_key(&key) {
            return false;
        }
        let gauge = self.gauges.entry(key).or_insert_with_key(|key| KnownGauge {
            handle: to.with(|recorder| recorder.register_gauge(key, &METADATA)),
            is_present: true,
        });
        gauge.is_present = true;
        gauge.handle.set(value);
        true
    }

    fn set_counter(&mut self, key: Key, total: u64, has_room: bool, to: &Destination) -> bool {
        if !has_room && !self.counters.contains_key(&key) {
            return false;
        }
        let counter = self.counters.entry(key).or_insert_with_key(|key| {
            to.with(|recorder| recorder.register_counter(key, &METADATA))
        });
        counter.absolute(total);
        true
    }
}
