//! Queues between two parts of a program.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
    time::Duration,
};

use metrics::{Counter, Gauge, Histogram, SharedString};
use tollgate_families::{Families, Start, Stopwatch, families, family_setters};

use crate::builder::{Builder, Measured};

families! {
    /// A metric of a [`Queue`].
    pub enum QueueMetric {
        Depth: gauge(Count) "queue_depth" {queue} "Items waiting.";
        In: counter(Count) "queue_in_total" {queue} "Items enqueued.";
        Out: counter(Count) "queue_out_total" {queue} "Items dequeued and finished.";
        Failed: counter(Count) "queue_failed_total" {queue} "Items dequeued and not finished.";
        Lag: gauge(Seconds) "queue_lag_seconds" {queue}
            "Waiting time of the last item dequeued in seconds.";
        BatchDuration: histogram(Seconds) "queue_batch_duration_seconds" {queue}
            "Time from dequeuing items to their end in seconds.";
    }

    /// A label of the metrics of a [`Queue`].
    pub enum QueueLabel {
        queue = Queue "name of the queue";
    }
}

/// Metrics of a queue: an indexer's, an outbox, a channel.
///
/// | Metric | Type | Labels |
/// |---|---|---|
/// | `queue_depth` | gauge | queue, … |
/// | `queue_in_total`, `queue_out_total`, `queue_failed_total` | counter | queue, … |
/// | `queue_lag_seconds` | gauge | queue, … |
/// | `queue_batch_duration_seconds` | histogram | queue, … |
///
/// Clones share everything. The series are registered with the first event.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tollgate_collectors::{BuildError, Queue};
///
/// let outbox = Queue::builder("outbox").namespace("shop").build()?;
/// outbox.enqueue(3);
///
/// let batch = outbox.dequeue(2);
/// outbox.set_lag(Duration::from_secs(1));
/// batch.finish();
/// # Ok::<(), BuildError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Queue {
    series: Arc<QueueSeries>,
}

#[derive(Debug)]
struct QueueSeries {
    name: Cow<'static, str>,
    families: Families<QueueMetric>,
    stopwatch: Stopwatch,
    handles: OnceLock<QueueHandles>,
    /// Registered by the first lag: it would be exposed as 0 before.
    lag: OnceLock<Gauge>,
}

#[derive(Debug)]
struct QueueHandles {
    depth: Gauge,
    enqueued: Counter,
    finished: Counter,
    failed: Counter,
    batch_duration: Histogram,
}

impl Queue {
    /// Returns a queue with this name, in the default names of metrics.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self::builder(name).assemble()
    }

    /// Returns a builder of a queue with this name.
    pub fn builder(name: impl Into<Cow<'static, str>>) -> Builder<Self> {
        Builder::new(name.into())
    }

    /// Counts items that are put into the queue.
    pub fn enqueue(&self, items: u64) {
        let handles = self.series.handles();
        handles.enqueued.increment(items);
        handles.depth.increment(float(items));
    }

    /// Counts items that are taken out of the queue together.
    pub fn dequeue(&self, items: u64) -> Batch {
        self.series.handles().depth.decrement(float(items));
        Batch {
            start: self.series.stopwatch.start(),
            series: Arc::clone(&self.series),
            items,
            is_finished: false,
        }
    }

    /// Sets the waiting time of the last item dequeued.
    pub fn set_lag(&self, time: Duration) {
        let series = &*self.series;
        let register = || {
            series
                .families
                .gauge(QueueMetric::Lag, |label| series.label(label))
        };
        series.lag.get_or_init(register).set(time);
    }

    /// Sets the number of items that wait, for a queue that counts them itself.
    pub fn set_depth(&self, items: u64) {
        self.series.handles().depth.set(float(items));
    }
}

impl QueueSeries {
    fn label(&self, QueueLabel::Queue: QueueLabel) -> SharedString {
        self.name.clone().into()
    }

    fn handles(&self) -> &QueueHandles {
        self.handles.get_or_init(|| {
            let families = &self.families;
            let name = |label| self.label(label);
            QueueHandles {
                depth: families.gauge(QueueMetric::Depth, name),
                enqueued: families.counter(QueueMetric::In, name),
                finished: families.counter(QueueMetric::Out, name),
                failed: families.counter(QueueMetric::Failed, name),
                batch_duration: families.histogram(QueueMetric::BatchDuration, name),
            }
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 items")]
fn float(items: u64) -> f64 {
    items as f64
}

/// Items that were taken out of a [`Queue`] together. Dropped before their [`finish`](Self::finish),
/// they have failed.
#[derive(Debug)]
#[must_use = "items have failed when this is dropped"]
pub struct Batch {
    start: Start,
    series: Arc<QueueSeries>,
    items: u64,
    is_finished: bool,
}

impl Batch {
    /// Counts all items as finished.
    pub fn finish(mut self) {
        self.is_finished = true;
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let handles = self.series.handles();
        let seconds = self.series.stopwatch.seconds(self.start);
        handles.batch_duration.record(seconds);
        let ended = if self.is_finished {
            &handles.finished
        } else {
            &handles.failed
        };
        ended.increment(self.items);
    }
}

impl Measured for Queue {
    type Metric = QueueMetric;
    type Options = Cow<'static, str>;

    fn assemble(families: Families<QueueMetric>, name: Cow<'static, str>) -> Self {
        Self {
            series: Arc::new(QueueSeries {
                name,
                families,
                stopwatch: Stopwatch::default(),
                handles: OnceLock::new(),
                lag: OnceLock::new(),
            }),
        }
    }
}

/// Setters for a [`Queue`].
impl Builder<Queue> {
    family_setters!(names: QueueMetric);
    family_setters!(recorder);

    /// Renames the label of the queue's name: `queue` by default.
    pub fn rename_queue_label(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.families.names.rename_label(QueueLabel::Queue, name);
        self
    }

    /// Leaves the label of the queue's name out of all metrics.
    pub fn without_queue_label(mut self) -> Self {
        self.families.names.omit_label_everywhere(QueueLabel::Queue);
        self
    }
}
