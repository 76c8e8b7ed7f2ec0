//! The latch for graceful shutdown.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{Checkup, HealthCheck};

/// Latch that tells whether the app should receive requests, until it is [stopped](Self::stop) for good.
///
/// Clones are the same latch. Its check is `readinessState`, which is out of service once the latch is
/// stopped: load balancers then send requests elsewhere, while the listener still accepts requests on
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
/// # Ok::<(), tollgate_management::BuildError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Readiness {
    stopped: Arc<AtomicBool>,
}

impl Readiness {
    /// Returns a latch that is ready until it is stopped.
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares that the app should receive no more requests.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// Returns whether the app should receive requests.
    pub fn is_ready(&self) -> bool {
        !self.stopped.load(Ordering::Acquire)
    }
}

impl HealthCheck for Readiness {
    fn name(&self) -> &'static str {
        "readinessState"
    }

    async fn check(&self) -> Result<Checkup, Box<dyn Error + Send + Sync>> {
        Ok(if self.is_ready() {
            Checkup::up()
        } else {
            Checkup::out_of_service()
        })
    }

    /// Returns zero: a stop shows at once.
    fn cache_for(&self) -> Duration {
        Duration::ZERO
    }
}
