//! What a collection has found out so far, and what the ones before it have left.

use std::collections::HashMap;

use metrics::{Counter, Gauge, IntoF64, IntoLabels, Key, KeyName};

use crate::{destination::Destination, metadata::METADATA};

/// The values that a [`Collector`](crate::Collector) has found out, kept aside until it is done.
#[derive(Debug, Default)]
pub struct Stage {
    values: Vec<(Key, Value)>,
}

#[derive(Debug, Clone, Copy)]
enum Value {
    Gauge(f64),
    Counter(u64),
}

impl Stage {
    /// Sets a gauge.
    ///
    /// A gauge of an earlier collection that is not set in this one goes to 0: a recorder cannot be
    /// told to forget it.
    pub fn gauge(
        &mut self,
        name: impl Into<KeyName>,
        labels: impl IntoLabels,
        value: impl IntoF64,
    ) {
        let key = Key::from_parts(name, labels);
        self.values.push((key, Value::Gauge(value.into_f64())));
    }

    /// Sets a counter to a total that somebody else keeps. It never goes down, and stays where it is
    /// if it is not set.
    pub fn counter(&mut self, name: impl Into<KeyName>, labels: impl IntoLabels, total: u64) {
        let key = Key::from_parts(name, labels);
        self.values.push((key, Value::Counter(total)));
    }

    pub(crate) fn clear(&mut self) {
        self.values.clear();
    }
}

/// Every series that the collections of one collector have set, its handle resolved once.
#[derive(Debug)]
pub(crate) struct Series {
    gauges: HashMap<Key, KnownGauge>,
    counters: HashMap<Key, Counter>,
    limit: usize,
}

#[derive(Debug)]
struct KnownGauge {
    handle: Gauge,
    /// Whether the collection that is being committed has it.
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

    /// Writes what is on the stage, which is empty then. Returns how many values were left out for
    /// want of room.
    pub(crate) fn commit(&mut self, stage: &mut Stage, destination: &Destination) -> u64 {
        for gauge in self.gauges.values_mut() {
            gauge.is_present = false;
        }
        let mut left_out = 0;
        for (key, value) in stage.values.drain(..) {
            let has_room = self.gauges.len() + self.counters.len() < self.limit;
            let was_written = match value {
                Value::Gauge(value) => self.set_gauge(key, value, has_room, destination),
                Value::Counter(total) => self.set_counter(key, total, has_room, destination),
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
