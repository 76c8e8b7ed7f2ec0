//! Collectors that are asked at an interval.

use std::{borrow::Cow, time::Duration};

use tokio::{
    task::JoinHandle,
    time::{self, MissedTickBehavior},
};
use tollgate_families::{Collector, Families, family_setters};

use crate::collection::{Collection, CollectorMetric};

/// Task that asks a [`Collector`] at once, and then again at an interval.
///
/// The values of a collection are committed together once it has succeeded. When it fails or panics,
/// the old values stay, the failure is counted, and the collector is asked again at the next tick. A
/// collection that takes longer than the interval delays the next one: they never pile up.
///
/// | Metric | Type | Labels |
/// |---|---|---|
/// | `tollgate_collector_duration_seconds` | histogram | collector |
/// | `tollgate_collector_failures_total` | counter | collector |
/// | `tollgate_collector_overflow_total` | counter | collector |
///
/// One collector can set 1,000 series in its life. Values of more are left out and counted.
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
/// // The gauge is updated as long as `licenses` is kept.
/// # drop(licenses);
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is collected until it is started"]
pub struct Periodic {
    name: Cow<'static, str>,
    interval: Duration,
    families: Families<CollectorMetric>,
}

impl Periodic {
    /// Returns a task for a collector with this name in its own metrics. The interval is at least a
    /// millisecond.
    pub fn new(name: impl Into<Cow<'static, str>>, interval: Duration) -> Self {
        Self {
            name: name.into(),
            interval: interval.max(Duration::from_millis(1)),
            families: Families::default(),
        }
    }

    family_setters!(recorder);

    /// Starts to collect, until the guard is dropped.
    ///
    /// The first collection is at once, and each series is registered once: install a global recorder
    /// before.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime, or on one whose timers are off.
    #[track_caller]
    pub fn start(self, collector: impl Collector) -> PeriodicGuard {
        let mut ticks = time::interval(self.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut collection = Collection::new(self.name.into(), collector);
        PeriodicGuard(tokio::spawn(async move {
            loop {
                ticks.tick().await;
                collection.run(&self.families).await;
            }
        }))
    }
}

/// Guard that stops its collector when it is dropped.
///
/// A collection in progress is cancelled and not committed.
#[derive(Debug)]
#[must_use = "the collector stops when its guard is dropped"]
pub struct PeriodicGuard(JoinHandle<()>);

impl Drop for PeriodicGuard {
    fn drop(&mut self) {
        self.0.abort();
    }
}
