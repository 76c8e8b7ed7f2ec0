//! When the next trigger is planned.

use std::{
    collections::{BTreeMap, HashMap, btree_map::Entry},
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use metrics::{Gauge, Label};

/// The gauge of when the next trigger is planned, of all schedules that share a series.
pub(super) struct Next {
    gauge: Gauge,
    /// How many of them plan it at each time.
    planned: Mutex<BTreeMap<SystemTime, usize>>,
}

/// The gauges by their labels, which schedules have in common where no metric shows their names.
#[derive(Debug, Default)]
pub(super) struct Nexts(Mutex<HashMap<Box<[Label]>, Arc<Next>>>);

impl Nexts {
    pub(super) fn of(&self, labels: &[Label], gauge: impl FnOnce() -> Gauge) -> Arc<Next> {
        let mut nexts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = nexts
            .entry(labels.into())
            .or_insert_with(|| Arc::new(Next::new(gauge())));
        Arc::clone(next)
    }
}

impl Next {
    fn new(gauge: Gauge) -> Self {
        Self {
            gauge,
            planned: Mutex::default(),
        }
    }

    /// Puts the plan of one schedule in the place of what it had planned before.
    pub(super) fn replace(&self, before: Option<SystemTime>, next: Option<SystemTime>) {
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(next) = next {
            *planned.entry(next).or_default() += 1;
        }
        if let Some(Entry::Occupied(mut schedules)) = before.map(|before| planned.entry(before)) {
            *schedules.get_mut() -= 1;
            if *schedules.get() == 0 {
                schedules.remove();
            }
        }
        let first = planned.keys().next();
        let first = first.and_then(|first| first.duration_since(SystemTime::UNIX_EPOCH).ok());
        self.gauge
            .set(first.map_or(0.0, |first| first.as_secs_f64()));
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next")
            .field("planned", &self.planned)
            .finish_non_exhaustive()
    }
}
