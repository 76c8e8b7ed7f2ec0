//! Collectors that are asked at an interval.

use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
    time::Duration,
};

use metrics::Recorder;
use tokio::{
    task::JoinHandle,
    time::{self, MissedTickBehavior},
};
use tollgate_families::{Collector, Families, Target};

use crate::{collection::Collection, owner::Owners};

/// Owners of all series that are set at intervals.
static OWNERS: LazyLock<Owners> = LazyLock::new(Owners::default);

/// Task that asks a [`Collector`] at once, and then again at an interval, until this is dropped.
///
/// A collection in progress is cancelled then, and not committed.
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
/// One collector can set 1,000 series in its life. Values of more are left out and counted. A series has
/// one periodic collector: the collections of another one that sets it fail, for as long as the first one
/// is kept.
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
/// let licenses = Periodic::start("licenses", Duration::from_secs(60), Licenses);
/// // The gauge is updated as long as `licenses` is kept.
/// # drop(licenses);
/// # }
/// ```
#[derive(Debug)]
#[must_use = "the collector stops when this is dropped"]
pub struct Periodic {
    task: JoinHandle<()>,
    _life: Arc<()>,
}

impl Periodic {
    /// Starts to collect, with a name of the collector in its own metrics. The interval is at least a
    /// millisecond.
    ///
    /// The first collection is at once, and each series is registered once: install a global recorder
    /// before.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime, or on one whose timers are off.
    #[track_caller]
    pub fn start(
        name: impl Into<Cow<'static, str>>,
        interval: Duration,
        collector: impl Collector,
    ) -> Self {
        Self::spawn(Target::default(), name.into(), interval, collector)
    }

    /// Starts to collect for `recorder` instead of the global one: see [`start`](Self::start).
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime, or on one whose timers are off.
    #[track_caller]
    pub fn start_with_recorder(
        recorder: Arc<dyn Recorder + Send + Sync>,
        name: impl Into<Cow<'static, str>>,
        interval: Duration,
        collector: impl Collector,
    ) -> Self {
        Self::spawn(Target::given(recorder), name.into(), interval, collector)
    }

    #[track_caller]
    fn spawn(
        target: Target,
        name: Cow<'static, str>,
        interval: Duration,
        collector: impl Collector,
    ) -> Self {
        let mut ticks = time::interval(interval.max(Duration::from_millis(1)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let life = Arc::default();
        let owners = Arc::clone(&OWNERS);
        let mut collection = Collection::new(name.into(), &life, owners, collector);
        let families = Families::with_target(target);
        let task = tokio::spawn(async move {
            loop {
                ticks.tick().await;
                collection.run(&families).await;
            }
        });
        Self { task, _life: life }
    }
}

impl Drop for Periodic {
    fn drop(&mut self) {
        self.task.abort();
    }
}
