//! The series of one schedule.

use std::sync::Arc;

use metrics::{Counter, Gauge, Histogram, Label, Recorder};

use super::next::{Next, Nexts};
use crate::names::{Kind, Metric, Names};

/// A metric of a [`Scheduler`](crate::Scheduler).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SchedulerMetric {
    /// `scheduler_triggers_total`: times that a schedule started something.
    Triggers,
    /// `scheduler_evaluations_running`: schedules of which it is being found out whether their time
    /// has come.
    Evaluations,
    /// `scheduler_evaluation_duration_seconds`: how long that takes.
    EvaluationDuration,
    /// `scheduler_delay_seconds`: from the time that was planned to the trigger.
    Delay,
    /// `scheduler_next_timestamp_seconds`: when the next trigger is planned, since the Unix epoch;
    /// 0 where none is. Of schedules with the same labels it is the earliest.
    Next,
}

pub(super) const METRICS: [Metric; 5] = [
    Metric {
        name: "scheduler_triggers_total",
        kind: Kind::Counter,
        help: "Times that a schedule has started something.",
    },
    Metric {
        name: "scheduler_evaluations_running",
        kind: Kind::Gauge,
        help: "Schedules that are being evaluated.",
    },
    Metric {
        name: "scheduler_evaluation_duration_seconds",
        kind: Kind::Histogram,
        help: "Time to find out whether the time of a schedule has come.",
    },
    Metric {
        name: "scheduler_delay_seconds",
        kind: Kind::Histogram,
        help: "Time from when a trigger was planned to when it came.",
    },
    Metric {
        name: "scheduler_next_timestamp_seconds",
        kind: Kind::GaugeOfSeconds,
        help: "When the next trigger is planned, since the Unix epoch; 0 where none is.",
    },
];

pub(super) type SchedulerNames = Names<{ METRICS.len() }>;

/// The handles of one schedule.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) triggers: Counter,
    pub(super) evaluations: Gauge,
    pub(super) evaluation_duration: Histogram,
    pub(super) delay: Histogram,
    pub(super) next: Arc<Next>,
}

impl Series {
    pub(super) fn register(
        to: &dyn Recorder,
        names: &SchedulerNames,
        labels: &[Label],
        nexts: &Nexts,
    ) -> Self {
        let histogram = |metric| names.histogram(to, metric as usize, labels);
        Self {
            triggers: names.counter(to, SchedulerMetric::Triggers as usize, labels),
            evaluations: names.gauge(to, SchedulerMetric::Evaluations as usize, labels),
            evaluation_duration: histogram(SchedulerMetric::EvaluationDuration),
            delay: histogram(SchedulerMetric::Delay),
            next: nexts.of(labels, || {
                names.gauge(to, SchedulerMetric::Next as usize, labels)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_in_the_order_of_their_names() {
        let name = |metric| METRICS[metric as usize].name;
        let of = SchedulerMetric::Triggers;
        assert_eq!(name(of), "scheduler_triggers_total");
        let of = SchedulerMetric::Evaluations;
        assert_eq!(name(of), "scheduler_evaluations_running");
        let of = SchedulerMetric::EvaluationDuration;
        assert_eq!(name(of), "scheduler_evaluation_duration_seconds");
        assert_eq!(name(SchedulerMetric::Delay), "scheduler_delay_seconds");
        let of = SchedulerMetric::Next;
        assert_eq!(name(of), "scheduler_next_timestamp_seconds");
    }
}
