//! What a scheduler can be told.

use std::{
    borrow::Cow,
    sync::{Arc, Once},
};

use metrics::Recorder;
use quanta::Clock;

use super::{
    Scheduler, SchedulerMetric, Shared,
    next::Nexts,
    series::{METRICS, SchedulerNames},
};
use crate::{
    destination::Destination,
    jobs::{
        slots::Slots,
        table::{BoundedLabel, Table},
    },
    names::Names,
};

/// Builds a [`Scheduler`](crate::Scheduler).
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct SchedulerBuilder {
    names: SchedulerNames,
    schedule: BoundedLabel,
    labels: Vec<BoundedLabel>,
    destination: Destination,
}

impl Default for SchedulerBuilder {
    fn default() -> Self {
        Self {
            names: Names::new(&METRICS),
            schedule: BoundedLabel {
                name: "schedule".into(),
                limit: 100,
            },
            labels: Vec::new(),
            destination: Destination::default(),
        }
    }
}

impl SchedulerBuilder {
    /// Puts a namespace before each name: `shop` → `shop_scheduler_triggers_total`.
    pub fn namespace(mut self, namespace: impl Into<Cow<'static, str>>) -> Self {
        self.names.set_namespace(namespace.into());
        self
    }

    /// Gives a metric another name.
    pub fn rename(mut self, metric: SchedulerMetric, name: impl Into<Cow<'static, str>>) -> Self {
        self.names.rename(metric as usize, Some(name.into()));
        self
    }

    /// Leaves a metric out.
    pub fn without(mut self, metric: SchedulerMetric) -> Self {
        self.names.rename(metric as usize, None);
        self
    }

    /// Calls the label of a schedule's name so, `schedule` unless set. If it is empty there is none.
    pub fn schedule_label(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.schedule.name = name.into();
        self
    }

    /// Keeps this many names of schedules, 100 unless set; every other is `other`.
    pub fn schedules(mut self, limit: usize) -> Self {
        self.schedule.limit = limit;
        self
    }

    /// Gives schedules a label. The first values that come, `limit` of them, are kept; every other is
    /// `other`, and so is one of more than 128 bytes.
    pub fn label(mut self, name: impl Into<Cow<'static, str>>, limit: usize) -> Self {
        let name = name.into();
        self.labels.push(BoundedLabel { name, limit });
        self
    }

    /// Records with `recorder`, instead of the global one when a schedule is first met.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.destination = Destination::given(recorder);
        self
    }

    /// Builds the scheduler. It lists at most 1,000 schedules, and keeps as many combinations of
    /// names and labels.
    pub fn build(self) -> Scheduler {
        Scheduler {
            shared: Arc::new(Shared {
                clock: Clock::new(),
                names: self.names,
                table: Table::new(self.schedule, &self.labels, 1_000),
                plans: Slots::new(1_000),
                nexts: Nexts::default(),
                destination: self.destination,
                described: Once::new(),
            }),
        }
    }
}
