//! Series of one schedule with its labels.

use std::sync::Arc;

use metrics::{Counter, Gauge, Histogram, Label};
use tollgate_families::{Families, Stopwatch, families};

use super::next::{NextTime, NextTimes};
use crate::jobs::kinds::KindLabels;

families! {
    /// A metric of a [`Scheduler`](crate::Scheduler).
    pub enum SchedulerMetric {
        Triggers: counter(Count) "scheduler_triggers_total" {schedule} "Triggers of schedules.";
        Evaluations: gauge(Count) "scheduler_evaluations_running" {schedule}
            "Evaluations of schedules running.";
        EvaluationDuration: histogram(Seconds) "scheduler_evaluation_duration_seconds" {schedule}
            "Duration of evaluations of schedules in seconds.";
        Delay: histogram(Seconds) "scheduler_delay_seconds" {schedule}
            "Time from the plan of a trigger to the trigger in seconds.";
        Next: gauge(Seconds) "scheduler_next_timestamp_seconds" {schedule}
            "Time of the next planned trigger in seconds since the Unix epoch, 0 without a plan.";
    }

    /// A label of the metrics of a [`Scheduler`](crate::Scheduler).
    pub enum SchedulerLabel {
        schedule = Schedule "name of the schedule";
    }
}

/// Handles of one schedule with its labels.
#[derive(Debug)]
pub(super) struct ScheduleSeries {
    pub(super) name: String,
    /// Labels that all metrics have.
    pub(super) shown: Vec<Label>,
    pub(super) stopwatch: Stopwatch,
    pub(super) triggers: Counter,
    pub(super) evaluations: Gauge,
    pub(super) evaluation_duration: Histogram,
    pub(super) delay: Histogram,
    pub(super) next: Arc<NextTime>,
}

impl ScheduleSeries {
    pub(super) fn register(
        families: &Families<SchedulerMetric>,
        next_times: &NextTimes,
        labels: KindLabels,
    ) -> Self {
        let KindLabels { kind, others, .. } = labels;
        let name = |SchedulerLabel::Schedule| kind.clone();
        let others = || others.iter().cloned();
        let histogram = |metric| families.histogram_with(metric, name, others());
        let names = &families.names;
        Self {
            name: kind.to_string(),
            shown: names.series_labels(SchedulerMetric::Triggers, name, others()),
            stopwatch: Stopwatch::default(),
            triggers: families.counter_with(SchedulerMetric::Triggers, name, others()),
            evaluations: families.gauge_with(SchedulerMetric::Evaluations, name, others()),
            evaluation_duration: histogram(SchedulerMetric::EvaluationDuration),
            delay: histogram(SchedulerMetric::Delay),
            next: next_times.get(names.key(SchedulerMetric::Next, name, others()), || {
                families.gauge_with(SchedulerMetric::Next, name, others())
            }),
        }
    }
}
