//! What Tokio says about a runtime.

mod table;

use std::time::Duration;

use metrics::{Recorder, Unit};
use tokio::runtime::Handle;
use tokio_metrics::{RuntimeIntervals, RuntimeMonitor};

use self::table::{COUNTERS, GAUGES};
use crate::{BoxError, Collector, Stage};

/// Collects `tokio_*` of a runtime, by tokio-metrics. Counters count from when this was created.
///
/// | Metric | Type | Counts |
/// |---|---|---|
/// | `tokio_workers` | gauge | worker threads |
/// | `tokio_live_tasks` | gauge | tasks that have not ended |
/// | `tokio_global_queue_depth` | gauge | tasks that wait in the queue of all workers |
/// | `tokio_busy_ratio` | gauge | how busy the workers were since the last collection, 0 to 1 |
/// | `tokio_busy_seconds_total` | counter | time that workers were busy, in whole seconds |
/// | `tokio_worker_parks_total` | counter | times that a worker had nothing to do |
///
/// With `--cfg tokio_unstable` in `RUSTFLAGS`, Tokio tells more:
///
/// | Metric | Type | Counts |
/// |---|---|---|
/// | `tokio_polls_total` | counter | polls of tasks |
/// | `tokio_mean_poll_duration_seconds` | gauge | how long a poll took since the last collection |
/// | `tokio_local_queue_depth` | gauge | tasks that wait in the workers' own queues |
/// | `tokio_blocking_queue_depth` | gauge | blocking tasks that wait for a thread |
/// | `tokio_blocking_threads`, `tokio_idle_blocking_threads` | gauge | threads that may block |
/// | `tokio_steals_total` | counter | tasks that a worker took from another's queue |
/// | `tokio_local_schedules_total`, `tokio_remote_schedules_total` | counter | tasks scheduled by a worker, and from outside |
/// | `tokio_queue_overflows_total` | counter | times that a worker's own queue was full |
/// | `tokio_forced_yields_total` | counter | tasks that had used up their budget |
/// | `tokio_io_ready_total` | counter | events of the I/O driver |
///
/// # Examples
///
/// ```
/// use tollgate_collectors::{Runtime, ScrapeHooks};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let runtime = Runtime::new(&tokio::runtime::Handle::current());
/// let hooks = ScrapeHooks::new().hook("runtime", runtime);
/// # let _ = hooks;
/// # }
/// ```
#[derive(Debug)]
pub struct Runtime {
    intervals: RuntimeIntervals,
    busy: Duration,
    totals: [u64; COUNTERS.len()],
}

impl Runtime {
    /// Collects about the runtime of this handle.
    pub fn new(runtime: &Handle) -> Self {
        Self {
            intervals: RuntimeMonitor::new(runtime).intervals(),
            busy: Duration::ZERO,
            totals: [0; COUNTERS.len()],
        }
    }
}

impl Collector for Runtime {
    fn describe(&self, recorder: &dyn Recorder) {
        for gauge in GAUGES {
            recorder.describe_gauge(gauge.name.into(), Some(gauge.unit), gauge.help.into());
        }
        for counter in COUNTERS {
            let unit = Some(Unit::Count);
            recorder.describe_counter(counter.name.into(), unit, counter.help.into());
        }
        recorder.describe_counter(
            BUSY.into(),
            Some(Unit::Seconds),
            "Time that the workers were busy.".into(),
        );
    }

    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        let Some(interval) = self.intervals.next() else {
            return Ok(());
        };
        self.busy += interval.total_busy_duration;
        stage.counter(BUSY, vec![], self.busy.as_secs());
        for (counter, total) in COUNTERS.iter().zip(&mut self.totals) {
            *total += (counter.read)(&interval);
            stage.counter(counter.name, vec![], *total);
        }
        for gauge in GAUGES {
            stage.gauge(gauge.name, vec![], (gauge.read)(&interval));
        }
        Ok(())
    }
}

const BUSY: &str = "tokio_busy_seconds_total";

#[cfg(all(test, tokio_unstable))]
mod tests {
    use std::{collections::HashMap, sync::Arc};

    use metrics_util::debugging::{DebugValue, DebuggingRecorder};
    use tokio::{runtime::Handle, task::yield_now};

    use super::Runtime;
    use crate::ScrapeHooks;

    #[tokio::test]
    async fn a_runtime_tells_of_polls_and_queues() {
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        let hooks = ScrapeHooks::new()
            .recorder(Arc::new(recorder))
            .hook("runtime", Runtime::new(&Handle::current()));
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
