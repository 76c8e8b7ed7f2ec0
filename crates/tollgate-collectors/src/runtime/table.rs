//! Every metric of a runtime, and where it is read.

use metrics::Unit;
use tokio_metrics::RuntimeMetrics;

/// One metric, and what it is in an interval.
pub(super) struct Metric<T> {
    pub(super) name: &'static str,
    pub(super) unit: Unit,
    pub(super) help: &'static str,
    pub(super) read: fn(&RuntimeMetrics) -> T,
}

pub(super) const GAUGES: &[Metric<f64>] = &[
    gauge(
        "tokio_workers",
        Unit::Count,
        "Worker threads.",
        |interval| count(interval.workers_count),
    ),
    gauge(
        "tokio_live_tasks",
        Unit::Count,
        "Tasks that have not ended.",
        |interval| count(interval.live_tasks_count),
    ),
    gauge(
        "tokio_global_queue_depth",
        Unit::Count,
        "Tasks that wait in the queue of all workers.",
        |interval| count(interval.global_queue_depth),
    ),
    gauge(
        "tokio_busy_ratio",
        Unit::Count,
        "How busy the workers were since the last collection, 0 to 1.",
        busy_ratio,
    ),
    #[cfg(tokio_unstable)]
    gauge(
        "tokio_mean_poll_duration_seconds",
        Unit::Seconds,
        "How long a poll took since the last collection.",
        |interval| interval.mean_poll_duration.as_secs_f64(),
    ),
    #[cfg(tokio_unstable)]
    gauge(
        "tokio_local_queue_depth",
        Unit::Count,
        "Tasks that wait in the workers' own queues.",
        |interval| count(interval.total_local_queue_depth),
    ),
    #[cfg(tokio_unstable)]
    gauge(
        "tokio_blocking_queue_depth",
        Unit::Count,
        "Blocking tasks that wait for a thread.",
        |interval| count(interval.blocking_queue_depth),
    ),
    #[cfg(tokio_unstable)]
    gauge(
        "tokio_blocking_threads",
        Unit::Count,
        "Threads that may block.",
        |interval| count(interval.blocking_threads_count),
    ),
    #[cfg(tokio_unstable)]
    gauge(
        "tokio_idle_blocking_threads",
        Unit::Count,
        "Threads that may block and have nothing to do.",
        |interval| count(interval.idle_blocking_threads_count),
    ),
];

pub(super) const COUNTERS: &[Metric<u64>] = &[
    counter(
        "tokio_worker_parks_total",
        "Times that a worker had nothing to do.",
        |interval| interval.total_park_count,
    ),
    #[cfg(tokio_unstable)]
    counter("tokio_polls_total", "Polls of tasks.", |interval| {
        interval.total_polls_count
    }),
    #[cfg(tokio_unstable)]
    counter(
        "tokio_steals_total",
        "Tasks that a worker took from another's queue.",
        |interval| interval.total_steal_count,
    ),
    #[cfg(tokio_unstable)]
    counter(
        "tokio_local_schedules_total",
        "Tasks that were scheduled by a worker.",
        |interval| interval.total_local_schedule_count,
    ),
    #[cfg(tokio_unstable)]
    counter(
        "tokio_remote_schedules_total",
        "Tasks that were scheduled from outside of the workers.",
        |interval| interval.num_remote_schedules,
    ),
    #[cfg(tokio_unstable)]
    counter(
        "tokio_queue_overflows_total",
        "Times that a worker's own queue was full.",
        |interval| interval.total_overflow_count,
    ),
    #[cfg(tokio_unstable)]
    counter(
        "tokio_forced_yields_total",
        "Times that a task had used up its budget.",
        |interval| interval.budget_forced_yield_count,
    ),
    #[cfg(tokio_unstable)]
    counter(
        "tokio_io_ready_total",
        "Events of the I/O driver.",
        |interval| interval.io_driver_ready_count,
    ),
];

const fn gauge(
    name: &'static str,
    unit: Unit,
    help: &'static str,
    read: fn(&RuntimeMetrics) -> f64,
) -> Metric<f64> {
    Metric {
        name,
        unit,
        help,
        read,
    }
}

const fn counter(
    name: &'static str,
    help: &'static str,
    read: fn(&RuntimeMetrics) -> u64,
) -> Metric<u64> {
    Metric {
        name,
        unit: Unit::Count,
        help,
        read,
    }
}

/// The share of all workers' time. A worker tells what it has done when it turns to something else,
/// which can be more than an interval holds.
fn busy_ratio(interval: &RuntimeMetrics) -> f64 {
    let time = interval.elapsed.as_secs_f64() * count(interval.workers_count);
    if time > 0.0 {
        (interval.total_busy_duration.as_secs_f64() / time).min(1.0)
    } else {
        0.0
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
fn count(count: usize) -> f64 {
    count as f64
}
