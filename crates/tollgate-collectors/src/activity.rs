//! How many different keys were seen lately.

mod builder;
mod recent;
#[cfg(test)]
mod tests;
mod window;

use std::{
    fmt,
    hash::{BuildHasher, Hash, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use metrics::{Label, Recorder, SharedString, Unit};
use quanta::Clock;

pub use self::builder::ActivityBuilder;
use self::{recent::Recent, window::Window};
use crate::{BoxError, Collector, Stage};

/// Counts the different keys, such as users, that were seen in a sliding window.
///
/// The count is exact as long as there are no more keys than a bound. Beyond, it is estimated by
/// `HyperLogLog` sketches of Apache `DataSketches`: with 4,096 registers their standard error is
/// 1.6%, so that 19 of 20 estimates are within 3.3%. It is exact again once a whole window has gone
/// by without more keys.
///
/// The window is made of slices: a key counts until the window has passed since it was last seen,
/// and at most a slice longer.
///
/// Memory is bounded whatever keys there are: by 20 to 40 bytes for each key that is counted exactly,
/// and 4 KiB for each slice once there are more. Keys are hashed with secret random keys of `SipHash`,
/// and never kept. A key that was seen in the current slice already costs its hash and a read of the
/// clock, mostly without a lock.
///
/// It is a [`Collector`] of one gauge.
///
/// # Examples
///
/// ```
/// use tollgate_collectors::{Activity, ScrapeHooks};
///
/// let users = Activity::builder("active_users_duration_hour")
///     .namespace("coderd_api")
///     .help("Users that were active in the last hour.")
///     .build();
/// let hooks = ScrapeHooks::new().hook("users", users.clone());
///
/// users.record("ada");
/// users.record("grace");
/// users.record("ada");
/// assert_eq!(users.count(), 2);
/// # let _ = hooks;
/// ```
#[derive(Clone)]
pub struct Activity {
    shared: Arc<Shared>,
}

/// What all clones share.
struct Shared {
    name: SharedString,
    help: SharedString,
    labels: Vec<Label>,
    hasher: RandomState,
    clock: Clock,
    start: u64,
    slice_nanoseconds: u64,
    recent: Recent,
    window: Mutex<Window>,
}

impl Activity {
    /// Starts to build an activity whose gauge has this name.
    pub fn builder(name: impl Into<SharedString>) -> ActivityBuilder {
        ActivityBuilder::new(name.into())
    }

    /// Says that a key is active now.
    pub fn record<K: Hash + ?Sized>(&self, key: &K) {
        let hash = self.shared.hasher.hash_one(key);
        let slice = self.shared.slice();
        if self.shared.recent.contains(hash, slice) {
            return;
        }
        self.shared.window().record(hash, slice);
        self.shared.recent.insert(hash, slice);
    }

    /// How many different keys were active in the window.
    pub fn count(&self) -> u64 {
        let slice = self.shared.slice();
        let counted = self.shared.window().count(slice);
        // Without the lock: putting sketches together takes a while.
        counted.keys()
    }

    /// Whether the count is exact and not an estimate.
    pub fn is_exact(&self) -> bool {
        let slice = self.shared.slice();
        self.shared.window().is_exact(slice)
    }
}

impl Shared {
    /// The number of the current slice.
    fn slice(&self) -> u64 {
        let nanoseconds = self.clock.delta_as_nanos(self.start, self.clock.raw());
        nanoseconds / self.slice_nanoseconds
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Collector for Activity {
    fn describe(&self, recorder: &dyn Recorder) {
        let name = self.shared.name.clone();
        recorder.describe_gauge(name.into(), Some(Unit::Count), self.shared.help.clone());
    }

    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 keys")]
        let count = self.count() as f64;
        let name = self.shared.name.clone();
        stage.gauge(name, self.shared.labels.clone(), count);
        Ok(())
    }
}

impl fmt::Debug for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Activity")
            .field("name", &self.shared.name)
            .finish_non_exhaustive()
    }
}
