//! A recorder that keeps every series ever registered, and nothing else.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Label, Metadata, Recorder, SharedString, Unit,
};

/// Every series by its key, with the value of a counter or the bits of a gauge.
#[derive(Debug, Default)]
pub(crate) struct Census(Mutex<HashMap<Key, Arc<AtomicU64>>>);

impl Census {
    /// Returns the number of series.
    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Returns all values of a label.
    pub(crate) fn values(&self, label: &str) -> BTreeSet<String> {
        let series = self.lock();
        let labels = series.keys().flat_map(Key::labels);
        let values = labels.filter(|other| other.key() == label);
        values.map(|label| label.value().to_owned()).collect()
    }

    /// Returns all combinations of values of these labels.
    pub(crate) fn combinations(&self, labels: &[&str]) -> BTreeSet<Vec<String>> {
        let series = self.lock();
        let combinations = series.keys().map(|key| {
            let labels = key.labels().filter(|label| labels.contains(&label.key()));
            labels.map(|label| label.value().to_owned()).collect()
        });
        combinations
            .filter(|combination: &Vec<_>| combination.len() == labels.len())
            .collect()
    }

    /// Returns the sum of the counters with this name and, if given, this label.
    pub(crate) fn sum(&self, name: &str, label: Option<(&str, &str)>) -> u64 {
        let series = self.lock();
        let label = label.map(|(name, value)| Label::new(name.to_owned(), value.to_owned()));
        let chosen = series.iter().filter(|(key, _)| {
            let labelled =
                label.is_none() || key.labels().any(|other| Some(other) == label.as_ref());
            key.name() == name && labelled
        });
        chosen.map(|(_, value)| value.load(Ordering::Relaxed)).sum()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<AtomicU64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn register(&self, key: &Key) -> Arc<AtomicU64> {
        let mut series = self.lock();
        Arc::clone(series.entry(key.clone()).or_default())
    }
}

impl Recorder for Census {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.register(key).into()
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        self.register(key).into()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        self.register(key);
        Histogram::noop()
    }
}
