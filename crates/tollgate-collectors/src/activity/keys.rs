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
    BoxError, BuildError, Collector, Families, Names, Stage, Start, Stopwatch, families,
    family_setters,
};

use super::{recent::Recent, window::Window};

/// More slices would cost more memory than they are worth.
const MAX_SLICES: u32 = 240;

families! {
    /// The metric of an [`Activity`].
    enum ActivityMetric {
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
    pub fn builder(name: impl Into<Cow<'static, str>>) -> ActivityBuilder {
        let mut families = Families::default();
        families.names.rename(ActivityMetric::Active, name);
        ActivityBuilder {
            families,
            window: Duration::from_secs(3_600),
            slices: 60,
            max_exact: 10_000,
        }
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
        let counted = self.keys.window().count(slice);
        // Without the lock: merging sketches takes a while.
        counted.keys()
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

/// Builder of an [`Activity`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct ActivityBuilder {
    families: Families<ActivityMetric>,
    window: Duration,
    slices: u32,
    max_exact: usize,
}

impl ActivityBuilder {
    family_setters!(namespace);
    family_setters!(constant_label);

    /// Sets the help of the gauge.
    pub fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.families.names.set_help(ActivityMetric::Active, help);
        self
    }

    /// Sets the length of the window: an hour by default.
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Sets the number of slices of the window: 60 by default, 240 at most.
    pub fn slices(mut self, slices: u32) -> Self {
        self.slices = slices.clamp(1, MAX_SLICES);
        self
    }

    /// Sets the maximum number of keys that are counted exactly: 10,000 by default.
    pub fn max_exact(mut self, keys: usize) -> Self {
        self.max_exact = keys;
        self
    }

    /// Builds the activity.
    ///
    /// # Errors
    ///
    /// If Prometheus does not accept the name or a label, or if two labels share a name.
    pub fn build(self) -> Result<Activity, BuildError> {
        self.build_with(Stopwatch::default())
    }

    pub(super) fn build_with(self, stopwatch: Stopwatch) -> Result<Activity, BuildError> {
        self.families.names.check(|_| Vec::new())?;
        let keys = Arc::new(ActiveKeys {
            names: self.families.names,
            hasher: RandomState::new(),
            start: stopwatch.start(),
            stopwatch,
            slice_nanoseconds: saturated(self.window / self.slices).max(1),
            recent: Recent::new(),
            window: Mutex::new(Window::new(self.max_exact, self.slices.into())),
        });
        Ok(Activity { keys })
    }
}
