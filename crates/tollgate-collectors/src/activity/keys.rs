//! The gauge of active keys.

use std::{
    borrow::Cow,
    fmt,
    hash::{BuildHasher, Hash, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use metrics::Recorder;
use tollgate_families::{
    BoxError, Collector, Families, Names, Stage, Start, Stopwatch, families, family_setters,
};

use super::{
    recent::Recent,
    window::{self, Window},
};
use crate::builder::{Builder, Measured};

/// More slices would cost more memory than they are worth.
const MAX_SLICES: u32 = 240;

families! {
    /// The metric of an [`Activity`].
    pub enum ActivityMetric {
        Active: gauge(Count) "active" {} "Different keys that were active lately.";
    }
}

/// Number of different keys, such as users, that were seen in a sliding window.
///
/// The count is exact up to a maximum number of keys. Beyond, it is estimated by `HyperLogLog` sketches
/// of Apache `DataSketches`: with 4,096 registers their standard error is 1.6%, so that 19 of 20
/// estimates are within 3.3%. It is exact again after a whole window without more keys.
///
/// The window is made of slices: a key counts until the window has passed since it was last seen,
/// and at most a slice longer.
///
/// Memory is bounded whatever keys there are: 20 to 40 bytes for each key that is counted exactly,
/// and 4 KiB for each slice once there are more. Keys are hashed with secret random keys of `SipHash`,
/// and never kept. A key that was seen in the current slice already costs its hash and a read of the
/// clock, mostly without a lock.
///
/// It is a [`Collector`] of one gauge. Clones share the keys.
///
/// # Examples
///
/// ```
/// use tollgate_collectors::{Activity, BuildError, ScrapeHooks};
///
/// let users = Activity::builder("active_users_duration_hour")
///     .namespace("coderd_api")
///     .help("Users that were active in the last hour.")
///     .build()?;
/// let hooks = ScrapeHooks::new().hook("users", users.clone());
///
/// users.record("ada");
/// users.record("grace");
/// users.record("ada");
/// assert_eq!(users.count(), 2);
/// # let _ = hooks;
/// # Ok::<(), BuildError>(())
/// ```
#[derive(Clone)]
pub struct Activity {
    keys: Arc<ActiveKeys>,
}

/// Window, maximum and clock of an [`Activity`], in a builder.
#[derive(Debug, Clone)]
pub struct ActivityOptions {
    window: Duration,
    slices: u32,
    max_exact: usize,
    pub(super) stopwatch: Stopwatch,
}

struct ActiveKeys {
    names: Names<ActivityMetric>,
    hasher: RandomState,
    stopwatch: Stopwatch,
    start: Start,
    slice_nanoseconds: u64,
    recent: Recent,
    window: Mutex<Window>,
}

impl Activity {
    /// Returns a builder of an activity whose gauge has this name.
    pub fn builder(name: impl Into<Cow<'static, str>>) -> Builder<Self> {
        let mut builder = Builder::<Self>::new(ActivityOptions {
            window: Duration::from_secs(3_600),
            slices: 60,
            max_exact: 10_000,
            stopwatch: Stopwatch::default(),
        });
        builder.families.names.rename(ActivityMetric::Active, name);
        builder
    }

    /// Records that a key is active now.
    pub fn record<K: Hash + ?Sized>(&self, key: &K) {
        let hash = self.keys.hasher.hash_one(key);
        let slice = self.keys.slice();
        if self.keys.recent.contains(hash, slice) {
            return;
        }
        self.keys.window().record(hash, slice);
        self.keys.recent.insert(hash, slice);
    }

    /// Returns the number of different keys that were active in the window.
    pub fn count(&self) -> u64 {
        let slice = self.keys.slice();
        let (exact, sketches) = self.keys.window().keys(slice);
        // Without the lock: merging sketches takes a while.
        window::estimate(&sketches).map_or(exact, |estimate| estimate.max(exact))
    }

    /// Returns whether the count is exact rather than an estimate.
    pub fn is_exact(&self) -> bool {
        let slice = self.keys.slice();
        self.keys.window().is_exact(slice)
    }
}

impl ActiveKeys {
    /// Returns the number of the current slice.
    fn slice(&self) -> u64 {
        saturated(self.stopwatch.elapsed(self.start)) / self.slice_nanoseconds
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the nanoseconds of a time, 584 years at most.
fn saturated(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Collector for Activity {
    fn describe(&self, recorder: &dyn Recorder) {
        self.keys.names.describe(recorder);
    }

    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 keys")]
        let count = self.count() as f64;
        let active = ActivityMetric::Active;
        stage.gauge_of(&self.keys.names, active, |no| match no {}, count);
        Ok(())
    }
}

impl fmt::Debug for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Activity")
            .field("names", &self.keys.names)
            .finish_non_exhaustive()
    }
}

impl Measured for Activity {
    type Metric = ActivityMetric;
    type Options = ActivityOptions;

    fn assemble(families: Families<ActivityMetric>, options: ActivityOptions) -> Self {
        let slice = options.window / options.slices;
        let keys = Arc::new(ActiveKeys {
            names: families.names,
            hasher: RandomState::new(),
            start: options.stopwatch.start(),
            stopwatch: options.stopwatch,
            slice_nanoseconds: saturated(slice).max(1),
            recent: Recent::new(),
            window: Mutex::new(Window::new(options.max_exact, options.slices.into())),
        });
        Self { keys }
    }
}

/// Setters for an [`Activity`].
impl Builder<Activity> {
    family_setters!(namespace);
    family_setters!(constant_label);

    /// Sets the help of the gauge.
    pub fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.families.names.set_help(ActivityMetric::Active, help);
        self
    }

    /// Sets the length of the window: an hour by default.
    pub fn window(mut self, window: Duration) -> Self {
        self.options.window = window;
        self
    }

    /// Sets the number of slices of the window: 60 by default, 240 at most.
    pub fn slices(mut self, slices: u32) -> Self {
        self.options.slices = slices.clamp(1, MAX_SLICES);
        self
    }

    /// Sets the maximum number of keys that are counted exactly: 10,000 by default.
    pub fn max_exact(mut self, keys: usize) -> Self {
        self.options.max_exact = keys;
        self
    }
}
