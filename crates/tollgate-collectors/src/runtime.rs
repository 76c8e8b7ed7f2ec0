//! Metrics of a Tokio runtime.

use std::{borrow::Cow, time::Duration};

use tokio::runtime::Handle;
use tokio_metrics::{RuntimeIntervals, RuntimeMonitor};
use tollgate_families::{BoxError, Collector, Group, Names, Stage, families};

families! {
    /// A metric of a runtime.
    pub(crate) enum RuntimeMetric {
        Workers: gauge(Count) "tokio_workers" {} "Worker threads.";
        LiveTasks: gauge(Count) "tokio_live_tasks" {} "Tasks alive.";
        GlobalQueueDepth: gauge(Count) "tokio_global_queue_depth" {}
            "Tasks waiting in the queue of all workers.";
        BusyRatio: gauge(Count) "tokio_busy_ratio" {}
            "Share of the workers' time spent busy in the last 10 seconds or more, from 0 to 1.";
        BusyTime: counter(Seconds) "tokio_busy_seconds_total" {}
            "Busy time of the workers in seconds.";
        WorkerParks: counter(Count) "tokio_worker_parks_total" {} "Times that a worker went idle.";
        Polls: counter(Count) "tokio_polls_total" {} "Polls of tasks." debug;
        MeanPollDuration: gauge(Seconds) "tokio_mean_poll_duration_seconds" {}
            "Mean duration of recent polls in seconds." debug;
        LocalQueueDepth: gauge(Count) "tokio_local_queue_depth" {}
            "Tasks waiting in the workers' own queues." debug;
        BlockingQueueDepth: gauge(Count) "tokio_blocking_queue_depth" {}
            "Blocking tasks waiting for a thread." debug;
        BlockingThreads: gauge(Count) "tokio_blocking_threads" {}
            "Threads for blocking tasks." debug;
        IdleBlockingThreads: gauge(Count) "tokio_idle_blocking_threads" {}
            "Idle threads for blocking tasks." debug;
        Steals: counter(Count) "tokio_steals_total" {}
            "Tasks stolen from another worker's queue." debug;
        LocalSchedules: counter(Count) "tokio_local_schedules_total" {}
            "Tasks scheduled by a worker." debug;
        RemoteSchedules: counter(Count) "tokio_remote_schedules_total" {}
            "Tasks scheduled from outside of the workers." debug;
        QueueOverflows: counter(Count) "tokio_queue_overflows_total" {}
            "Times that a worker's own queue was full." debug;
        ForcedYields: counter(Count) "tokio_forced_yields_total" {}
            "Tasks that yielded because their budget was used up." debug;
        IoReady: counter(Count) "tokio_io_ready_total" {} "Events of the I/O driver." debug;
    }
}

/// Returns the collector of the metrics of a Tokio runtime, `tokio_*`, by tokio-metrics. Its counters
/// start at this call. For several runtimes see [`named_runtime`].
///
/// | Metric | Type | Counts |
/// |---|---|---|
/// | `tokio_workers` | gauge | worker threads |
/// | `tokio_live_tasks` | gauge | tasks alive |
/// | `tokio_global_queue_depth` | gauge | tasks waiting in the queue of all workers |
/// | `tokio_busy_ratio` | gauge | share of the workers' time spent busy in the last 10 seconds or more |
/// | `tokio_busy_seconds_total` | counter | busy time of the workers |
/// | `tokio_worker_parks_total` | counter | times that a worker went idle |
///
/// With `--cfg tokio_unstable` in `RUSTFLAGS` there are more:
///
/// | Metric | Type | Counts |
/// |---|---|---|
/// | `tokio_polls_total` | counter | polls of tasks |
/// | `tokio_mean_poll_duration_seconds` | gauge | moving mean of the duration of a poll |
/// | `tokio_local_queue_depth` | gauge | tasks waiting in the workers' own queues |
/// | `tokio_blocking_queue_depth` | gauge | blocking tasks waiting for a thread |
/// | `tokio_blocking_threads`, `tokio_idle_blocking_threads` | gauge | threads for blocking tasks |
/// | `tokio_steals_total` | counter | tasks stolen from another worker's queue |
/// | `tokio_local_schedules_total`, `tokio_remote_schedules_total` | counter | tasks scheduled by a worker, and from outside |
/// | `tokio_queue_overflows_total` | counter | times that a worker's own queue was full |
/// | `tokio_forced_yields_total` | counter | tasks that yielded because their budget was used up |
/// | `tokio_io_ready_total` | counter | events of the I/O driver |
///
/// # Examples
///
/// ```
/// use tollgate_collectors::{ScrapeHooks, runtime};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let tokio = runtime(&tokio::runtime::Handle::current());
/// let hooks = ScrapeHooks::new().hook("runtime", tokio);
/// # let _ = hooks;
/// # }
/// ```
pub fn runtime(runtime: &Handle) -> impl Collector + use<> {
    Runtime::new(Names::default(), runtime)
}

/// Returns the collector of one of several Tokio runtimes: the metrics of [`runtime`] with the label
/// `runtime`, the given name.
///
/// # Examples
///
/// ```
/// use tollgate_collectors::{ScrapeHooks, named_runtime, runtime};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), std::io::Error> {
/// let batch = tokio::runtime::Builder::new_current_thread().build()?;
/// let hooks = ScrapeHooks::new()
///     .hook("runtime", runtime(&tokio::runtime::Handle::current()))
///     .hook("batch", named_runtime("batch", batch.handle()));
/// # let _ = hooks;
/// # batch.shutdown_background();
/// # Ok(())
/// # }
/// ```
pub fn named_runtime<N>(name: N, runtime: &Handle) -> impl Collector + use<N>
where
    N: Into<Cow<'static, str>>,
{
    let mut names = Names::default();
    names.add_constant_label("runtime", name.into());
    Runtime::new(names, runtime)
}

/// The shortest time over which the share of busy time is measured, however often it is asked for.
const WINDOW: Duration = Duration::from_secs(10);

struct Runtime {
    names: Names<RuntimeMetric>,
    intervals: RuntimeIntervals,
    now: Point,
    /// The last point that began a window, and the one before it.
    begun: [Point; 2],
    #[cfg(tokio_unstable)]
    mean_poll_duration: Duration,
    totals: [u64; RuntimeMetric::ALL.len()],
}

/// Time since the start of the collector, and busy time of all workers in it.
#[derive(Clone, Copy, Default)]
struct Point {
    at: Duration,
    busy: Duration,
}

impl Runtime {
    fn new(names: Names<RuntimeMetric>, runtime: &Handle) -> Self {
        Self {
            names,
            intervals: RuntimeMonitor::new(runtime).intervals(),
            now: Point::default(),
            begun: [Point::default(); 2],
            #[cfg(tokio_unstable)]
            mean_poll_duration: Duration::ZERO,
            totals: [0; RuntimeMetric::ALL.len()],
        }
    }

    /// Returns the share of all workers' time. A worker reports its time when it turns to something
    /// else, which can be more than the window holds.
    fn busy_ratio(&mut self, workers: f64) -> f64 {
        let [last, _] = self.begun;
        if self.now.since(last).at >= WINDOW {
            self.begun = [self.now, last];
        }
        let spent = self.now.since(self.begun[1]);
        let time = spent.at.as_secs_f64() * workers;
        if time > 0.0 {
            (spent.busy.as_secs_f64() / time).min(1.0)
        } else {
            0.0
        }
    }
}

impl Point {
    fn since(self, earlier: Self) -> Self {
        Self {
            at: self.at.saturating_sub(earlier.at),
            busy: self.busy.saturating_sub(earlier.busy),
        }
    }
}

impl Collector for Runtime {
    fn describe(&self, recorder: &dyn metrics::Recorder) {
        self.names.describe(recorder);
    }

    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        use RuntimeMetric as Metric;

        let Some(now) = self.intervals.next() else {
            return Ok(());
        };
        self.now.at += now.elapsed;
        self.now.busy += now.total_busy_duration;
        let busy_ratio = self.busy_ratio(float(now.workers_count));
        #[cfg(tokio_unstable)]
        if now.total_polls_count > 0 {
            self.mean_poll_duration = now.mean_poll_duration;
        }
        let busy = self.now.busy;
        stage.counter_of(&self.names, Metric::BusyTime, |no| match no {}, busy);
        let counts = [
            (Metric::WorkerParks, now.total_park_count),
            #[cfg(tokio_unstable)]
            (Metric::Polls, now.total_polls_count),
            #[cfg(tokio_unstable)]
            (Metric::Steals, now.total_steal_count),
            #[cfg(tokio_unstable)]
            (Metric::LocalSchedules, now.total_local_schedule_count),
            #[cfg(tokio_unstable)]
            (Metric::RemoteSchedules, now.num_remote_schedules),
            #[cfg(tokio_unstable)]
            (Metric::QueueOverflows, now.total_overflow_count),
            #[cfg(tokio_unstable)]
            (Metric::ForcedYields, now.budget_forced_yield_count),
            #[cfg(tokio_unstable)]
            (Metric::IoReady, now.io_driver_ready_count),
        ];
        for (metric, count) in counts {
            let total = &mut self.totals[metric.index()];
            *total += count;
            stage.counter_of(&self.names, metric, |no| match no {}, *total);
        }
        for (metric, value) in [
            (Metric::Workers, float(now.workers_count)),
            (Metric::LiveTasks, float(now.live_tasks_count)),
            (Metric::GlobalQueueDepth, float(now.global_queue_depth)),
            (Metric::BusyRatio, busy_ratio),
            #[cfg(tokio_unstable)]
            (
                Metric::MeanPollDuration,
                self.mean_poll_duration.as_secs_f64(),
            ),
            #[cfg(tokio_unstable)]
            (Metric::LocalQueueDepth, float(now.total_local_queue_depth)),
            #[cfg(tokio_unstable)]
            (Metric::BlockingQueueDepth, float(now.blocking_queue_depth)),
            #[cfg(tokio_unstable)]
            (Metric::BlockingThreads, float(now.blocking_threads_count)),
            #[cfg(tokio_unstable)]
            (
                Metric::IdleBlockingThreads,
                float(now.idle_blocking_threads_count),
            ),
        ] {
            stage.gauge_of(&self.names, metric, |no| match no {}, value);
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(tokio_unstable)]
#[cfg(test)]
mod tests {
    use std::{collections::HashMap, sync::Arc};

    use metrics_util::debugging::{DebugValue, DebuggingRecorder};
    use tokio::{runtime::Handle, task::yield_now};

    use super::runtime;
    use crate::ScrapeHooks;

    #[tokio::test]
    async fn polls_and_queues_are_collected() {
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        let hooks = ScrapeHooks::new()
            .recorder(Arc::new(recorder))
            .hook("runtime", runtime(&Handle::current()));
        for _ in 0..3 {
            tokio::spawn(yield_now()).await.unwrap();
        }
        hooks.run().await;

        let values: HashMap<_, _> = snapshotter
            .snapshot()
            .into_vec()
            .into_iter()
            .map(|(key, _, _, value)| (key.key().name().to_owned(), value))
            .collect();
        let polls = &values["tokio_polls_total"];
        assert!(matches!(polls, DebugValue::Counter(6..)), "{polls:?}");
        for gauge in ["tokio_local_queue_depth", "tokio_blocking_queue_depth"] {
            assert_eq!(values[gauge], DebugValue::Gauge(0.0.into()), "{gauge}");
        }
        let schedules = &values["tokio_local_schedules_total"];
        assert!(
            matches!(schedules, DebugValue::Counter(3..)),
            "{schedules:?}"
        );
    }
}
