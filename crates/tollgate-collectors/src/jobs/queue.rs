//! What waits between two parts of a program.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
    time::Duration,
};

use metrics::{Counter, Gauge, Histogram, Label, Recorder};
use quanta::Clock;

use crate::{
    destination::Destination,
    names::{Kind, Metric, Names},
};

/// A metric of a [`Queue`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QueueMetric {
    /// `queue_depth`: items that wait.
    Depth,
    /// `queue_in_total`: items that came.
    In,
    /// `queue_out_total`: items that were taken and done.
    Out,
    /// `queue_failed_total`: items that were taken and not done.
    Failed,
    /// `queue_lag_seconds`: how long the last one taken had waited.
    Lag,
    /// `queue_batch_duration_seconds`: how long what was taken at once took.
    BatchDuration,
}

const METRICS: [Metric; 6] = [
    Metric {
        name: "queue_depth",
        kind: Kind::Gauge,
        help: "Items that wait.",
    },
    Metric {
        name: "queue_in_total",
        kind: Kind::Counter,
        help: "Items that came.",
    },
    Metric {
        name: "queue_out_total",
        kind: Kind::Counter,
        help: "Items that were taken and done.",
    },
    Metric {
        name: "queue_failed_total",
        kind: Kind::Counter,
        help: "Items that were taken and not done.",
    },
    Metric {
        name: "queue_lag_seconds",
        kind: Kind::GaugeOfSeconds,
        help: "Time that the last item taken had waited.",
    },
    Metric {
        name: "queue_batch_duration_seconds",
        kind: Kind::Histogram,
        help: "Time from when items were taken to when they were done, or not.",
    },
];

type QueueNames = Names<{ METRICS.len() }>;

/// Counts what goes through a queue: an indexer's, an outbox, a channel.
///
/// | Metric | Type | Labels |
/// |---|---|---|
/// | `queue_depth` | gauge | queue, … |
/// | `queue_in_total`, `queue_out_total`, `queue_failed_total` | counter | queue, … |
/// | `queue_lag_seconds` | gauge | queue, … |
/// | `queue_batch_duration_seconds` | histogram | queue, … |
///
/// Clones share everything.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tollgate_collectors::Queue;
///
/// let outbox = Queue::builder("outbox").namespace("shop").build();
/// outbox.came(3);
///
/// let batch = outbox.take(2);
/// outbox.lag(Duration::from_secs(1));
/// batch.done();
/// ```
#[derive(Debug, Clone)]
pub struct Queue {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    clock: Clock,
    names: QueueNames,
    labels: Vec<Label>,
    destination: Destination,
    series: OnceLock<Series>,
}

#[derive(Debug)]
struct Series {
    depth: Gauge,
    came: Counter,
    done: Counter,
    failed: Counter,
    lag: Gauge,
    batch_duration: Histogram,
}

impl Queue {
    /// Starts to build a queue with this name.
    pub fn builder(name: impl Into<Cow<'static, str>>) -> QueueBuilder {
        QueueBuilder {
            names: Names::new(&METRICS),
            queue_label: "queue".into(),
            name: name.into(),
            labels: Vec::new(),
            destination: Destination::default(),
        }
    }

    /// Counts items that came.
    pub fn came(&self, items: u64) {
        let series = self.shared.series();
        series.came.increment(items);
        series.depth.increment(number(items));
    }

    /// Counts items that are taken, to be done or not.
    pub fn take(&self, items: u64) -> Batch {
        self.shared.series().depth.decrement(number(items));
        Batch {
            start: self.shared.clock.raw(),
            shared: Arc::clone(&self.shared),
            items,
            is_done: false,
        }
    }

    /// Sets how long the last item taken had waited.
    pub fn lag(&self, time: Duration) {
        self.shared.series().lag.set(time);
    }

    /// Sets how many items wait, where somebody else counts them.
    pub fn depth(&self, items: u64) {
        self.shared.series().depth.set(number(items));
    }
}

impl Shared {
    /// The handles, registered with the first item.
    fn series(&self) -> &Series {
        self.series.get_or_init(|| {
            let Self { names, labels, .. } = self;
            self.destination.with(|to| {
                names.describe(to);
                Series {
                    depth: names.gauge(to, QueueMetric::Depth as usize, labels),
                    came: names.counter(to, QueueMetric::In as usize, labels),
                    done: names.counter(to, QueueMetric::Out as usize, labels),
                    failed: names.counter(to, QueueMetric::Failed as usize, labels),
                    lag: names.gauge(to, QueueMetric::Lag as usize, labels),
                    batch_duration: names.histogram(
                        to,
                        QueueMetric::BatchDuration as usize,
                        labels,
                    ),
                }
            })
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 items")]
fn number(items: u64) -> f64 {
    items as f64
}

/// Items that were taken from a [`Queue`]. They have failed if this is dropped before they are
/// [done](Self::done).
#[derive(Debug)]
#[must_use = "items have failed when this is dropped"]
pub struct Batch {
    start: u64,
    shared: Arc<Shared>,
    items: u64,
    is_done: bool,
}

impl Batch {
    /// Says that all are done.
    pub fn done(mut self) {
        self.is_done = true;
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let series = self.shared.series();
        let clock = &self.shared.clock;
        let nanoseconds = clock.delta_as_nanos(self.start, clock.raw());
        #[expect(clippy::cast_precision_loss, reason = "exact up to 104 days")]
        let seconds = nanoseconds as f64 * 1e-9;
        series.batch_duration.record(seconds);
        let ended = if self.is_done {
            &series.done
        } else {
            &series.failed
        };
        ended.increment(self.items);
    }
}

/// Builds a [`Queue`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct QueueBuilder {
    names: QueueNames,
    queue_label: Cow<'static, str>,
    name: Cow<'static, str>,
    labels: Vec<Label>,
    destination: Destination,
}

impl QueueBuilder {
    /// Puts a namespace before each name: `shop` → `shop_queue_depth`.
    pub fn namespace(mut self, namespace: impl Into<Cow<'static, str>>) -> Self {
        self.names.set_namespace(namespace.into());
        self
    }

    /// Gives a metric another name.
    pub fn rename(mut self, metric: QueueMetric, name: impl Into<Cow<'static, str>>) -> Self {
        self.names.rename(metric as usize, Some(name.into()));
        self
    }

    /// Leaves a metric out.
    pub fn without(mut self, metric: QueueMetric) -> Self {
        self.names.rename(metric as usize, None);
        self
    }

    /// Calls the label of the queue's name so, `queue` unless set. If it is empty there is none.
    pub fn queue_label(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.queue_label = name.into();
        self
    }

    /// Adds a label.
    pub fn label(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.labels.push(Label::new(name.into(), value.into()));
        self
    }

    /// Records with `recorder`, instead of the global one when the first item comes.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.destination = Destination::given(recorder);
        self
    }

    /// Builds the queue.
    pub fn build(self) -> Queue {
        let mut labels = self.labels;
        if !self.queue_label.is_empty() {
            labels.insert(0, Label::new(self.queue_label, self.name));
        }
        Queue {
            shared: Arc::new(Shared {
                clock: Clock::new(),
                names: self.names,
                labels,
                destination: self.destination,
                series: OnceLock::new(),
            }),
        }
    }
}
