//! Collectors that are asked in an interval.

use std::{borrow::Cow, sync::Arc, time::Duration};

use metrics::Recorder;
use tokio::{
    task::JoinHandle,
    time::{self, MissedTickBehavior},
};

use crate::{
    Collector,
    collection::{Collection, Name},
    destination::Destination,
};

/// Asks a [`Collector`] at once, and then again in an interval.
///
/// What the collector finds out is committed together when it has succeeded. When it fails or
/// panics, its old values stay, the failure is counted, and it is asked again at the next tick. A
/// collection that takes longer than the interval delays the next one: they never pile up.
///
/// | Metric | Type | Labels |
/// |---|---|---|
/// | `tollgate_collector_duration_seconds` | histogram | collector |
/// | `tollgate_collector_failures_total` | counter | collector |
/// | `tollgate_collector_overflow_total` | counter | collector |
///
/// One collector can set 1,000 series in its time; values of more are left out and counted.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tollgate_collectors::{BoxError, Collector, Periodic, Stage};
///
/// struct Licenses;
///
/// impl Collector for Licenses {
///     async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
///         stage.gauge("licenses", &[("state", "valid")], 3);
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let licenses = Periodic::new("licenses", Duration::from_secs(60)).start(Licenses);
/// // As long as `licenses` is kept, the gauge is.
/// # drop(licenses);
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is collected until it is started"]
pub struct Periodic {
    name: Name,
    interval: Duration,
    destination: Destination,
}

impl Periodic {
    /// Asks a collector that is called `name` in its own metrics. An interval of less than a
    /// millisecond counts as one.
    pub fn new(name: impl Into<Cow<'static, str>>, interval: Duration) -> Self {
        Self {
            name: name.into(),
            interval: interval.max(Duration::from_millis(1)),
            destination: Destination::default(),
        }
    }

    /// Records with `recorder`, instead of the global one.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.destination = Destination::given(recorder);
        self
    }

    /// Starts to collect, until the guard is dropped.
    ///
    /// As that is at once, the global recorder, if it is to record, has to be installed before: it is
    /// asked for each series once.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime, or on one whose timers are off.
    #[track_caller]
    pub fn start(self, collector: impl Collector) -> PeriodicGuard {
        let mut ticks = time::interval(self.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut collection = Collection::new(self.name, collector);
        let destination = self.destination;
        PeriodicGuard(tokio::spawn(async move {
            loop {
                ticks.tick().await;
                collection.run(&destination).await;
            }
        }))
    }
}

/// Stops its collector when it is dropped, in the middle of a collection if need be, which is not
/// committed then.
#[derive(Debug)]
#[must_use = "the collector stops when its guard is dropped"]
pub struct PeriodicGuard(JoinHandle<()>);

impl Drop for PeriodicGuard {
    fn drop(&mut self) {
        self.0.abort();
    }
}
