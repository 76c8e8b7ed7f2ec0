//! One check, which runs once for all concurrent requests, within a deadline.

use std::{
    error::Error,
    fmt,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::{
    sync::watch,
    time::{self, Instant},
};
use tollgate_families::Families;

use super::{
    Checkup, HealthCheck,
    instruments::{HealthMetric, Instruments},
};

/// Time that requests wait beyond the deadline, for a check that blocks its thread and misses it.
const GRACE: Duration = Duration::from_millis(100);

type Run = dyn Fn() -> BoxFuture<'static, Checked> + Send + Sync;

type Checked = Result<Checkup, Box<dyn Error + Send + Sync>>;

/// Check with its last result.
pub(super) struct Runner {
    name: String,
    timeout: Duration,
    cache_for: Duration,
    check: Box<Run>,
    pub(super) families: Arc<Families<HealthMetric>>,
    instruments: OnceLock<Instruments>,
    last: Mutex<Option<LastRun>>,
}

/// Receiver of a run's result, with the time of its end.
type LastRun = watch::Receiver<Option<(Instant, Arc<Checkup>)>>;

impl Runner {
    pub(super) fn new(check: impl HealthCheck) -> Self {
        let check = Arc::new(check);
        Self {
            name: check.name().to_owned(),
            timeout: check.timeout(),
            cache_for: check.cache_for(),
            check: Box::new(move || {
                let check = Arc::clone(&check);
                async move { check.check().await }.boxed()
            }),
            families: Arc::default(),
            instruments: OnceLock::new(),
            last: Mutex::default(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the last result if it is fresh, or that of a run.
    pub(super) async fn checkup(self: &Arc<Self>) -> Arc<Checkup> {
        if self.cache_for.is_zero() {
            return Arc::new(self.run().await);
        }
        let mut run = self.fresh();
        let patience = self.timeout.saturating_add(GRACE);
        let Ok(found) = time::timeout(patience, run.wait_for(Option::is_some)).await else {
            return Arc::new(Checkup::down().detail("error", "timeout"));
        };
        match found.as_deref() {
            Ok(Some((_, checkup))) => Arc::clone(checkup),
            // The runtime of the run is shutting down.
            _ => Arc::new(Checkup::down().detail("error", "stopped")),
        }
    }

    /// Waits until the result is fresh.
    pub(super) async fn refresh(self: &Arc<Self>) {
        // An error says that the runtime of the run is shutting down.
        drop(self.fresh().wait_for(Option::is_some).await);
    }

    /// Returns the last run if it still lasts or its result is fresh, or else a new one.
    ///
    /// A run continues if its callers hang up, so that they cannot make the check run more often.
    fn fresh(self: &Arc<Self>) -> LastRun {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |run: &&LastRun| match &*run.borrow() {
            Some((since, _)) => since.elapsed() < self.cache_for,
            None => run.has_changed().is_ok(),
        };
        if let Some(fresh) = last.as_ref().filter(is_fresh) {
            return fresh.clone();
        }
        let (sender, run) = watch::channel(None);
        *last = Some(run.clone());
        let runner = Arc::clone(self);
        tokio::spawn(async move {
            let checkup = Arc::new(runner.run().await);
            sender.send_replace(Some((Instant::now(), checkup)));
        });
        run
    }

    async fn run(&self) -> Checkup {
        let start = Instant::now();
        let run = AssertUnwindSafe(async { (self.check)().await }).catch_unwind();
        let checkup = match time::timeout(self.timeout, run).await {
            Ok(Ok(Ok(checkup))) => checkup,
            Ok(Ok(Err(error))) => Checkup::down().detail("error", error.to_string()),
            Ok(Err(_)) => Checkup::down().detail("error", "panic"),
            Err(_) => Checkup::down().detail("error", "timeout"),
        };
        // Registered by the first result: a gauge that is not set yet would be exposed as 0.
        let register = || Instruments::register(&self.families, &self.name);
        let instruments = self.instruments.get_or_init(register);
        instruments.record(checkup.status(), start.elapsed());
        checkup
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner")
            .field("name", &self.name)
            .field("timeout", &self.timeout)
            .field("cache_for", &self.cache_for)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
