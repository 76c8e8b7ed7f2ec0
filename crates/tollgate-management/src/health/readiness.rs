//! Whether the app should get requests.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{BoxError, Checkup, HealthCheck, Status};

/// A latch that says whether the app should get requests: until it [stops](Self::stop), for good.
///
/// Clones are the same latch. Among the checks it is `readinessState`, and out of service once it
/// has stopped: load balancers then send requests elsewhere, while the listener still takes those on
/// their way.
///
/// # Examples
///
/// ```
/// use tollgate_management::{Health, Readiness};
///
/// let readiness = Readiness::new();
/// let health = Health::builder().readiness(&readiness).build()?;
///
/// readiness.stop(); // at the start of a graceful shutdown
/// assert!(!readiness.is_ready());
/// # Ok::<(), tollgate_management::ManagementError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Readiness {
    stopped: Arc<AtomicBool>,
}

impl Readiness {
    /// Ready, until it is stopped.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on the app should get no more requests.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// Whether it should get requests.
    pub fn is_ready(&self) -> bool {
        !self.stopped.load(Ordering::Acquire)
    }
}

impl HealthCheck for Readiness {
    fn name(&self) -> &'static str {
        "readinessState"
    }

    async fn check(&self) -> Result<Checkup, BoxError> {
        Ok(Checkup::new(if self.is_ready() {
            Status::Up
        } else {
            Status::OutOfService
        }))
    }

    /// Zero: who asks after it has stopped is told so.
    fn cache_for(&self) -> Duration {
        Duration::ZERO
    }
}
