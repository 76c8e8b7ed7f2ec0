//! Times of the next planned triggers.

use std::{
    collections::{BTreeMap, HashMap, btree_map::Entry},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use metrics::{Gauge, Key};

/// Gauge of the next planned trigger, of all schedules that share a series.
#[derive(Debug)]
pub(super) struct NextTime {
    gauge: Gauge,
    /// Number of plans at each time.
    planned: Mutex<BTreeMap<SystemTime, usize>>,
}

/// Gauges by their series, which schedules share if they differ in no label that is shown.
#[derive(Debug, Default)]
pub(super) struct NextTimes(Mutex<HashMap<Option<Key>, Arc<NextTime>>>);

impl NextTimes {
    pub(super) fn get(&self, key: Option<Key>, gauge: impl FnOnce() -> Gauge) -> Arc<NextTime> {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let time = times.entry(key).or_insert_with(|| {
            Arc::new(NextTime {
                gauge: gauge(),
                planned: Mutex::default(),
            })
        });
        Arc::clone(time)
    }
}

impl NextTime {
    /// Replaces the former plan of one schedule.
    pub(super) fn replace(&self, former: Option<SystemTime>, next: Option<SystemTime>) {
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(next) = next {
            *planned.entry(next).or_default() += 1;
        }
        if let Some(Entry::Occupied(mut plans)) = former.map(|former| planned.entry(former)) {
            *plans.get_mut() -= 1;
            if *plans.get() == 0 {
                plans.remove();
            }
        }
        let first = planned.keys().next();
        let first = first.and_then(|first| first.duration_since(SystemTime::UNIX_EPOCH).ok());
        self.gauge
            .set(first.map_or(0.0, |first| first.as_secs_f64()));
    }
}
