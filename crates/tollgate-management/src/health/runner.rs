//! One check: run once for all who ask, with a deadline.

use std::{
    fmt,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use metrics::Recorder;
use tokio::{
    sync::watch,
    time::{self, Instant},
};

use super::{BoxError, Checkup, HealthCheck, instruments::Instruments};

/// How long after its deadline a check is waited for: one that blocks its thread does not notice it.
const GRACE: Duration = Duration::from_millis(100);

type Run = dyn Fn() -> BoxFuture<'static, Result<Checkup, BoxError>> + Send + Sync;

/// A check with all that is known of it.
pub(super) struct Runner {
    name: String,
    timeout: Duration,
    cache_for: Duration,
    run: Box<Run>,
    recorder: Option<Arc<dyn Recorder + Send + Sync>>,
    instruments: OnceLock<Instruments>,
    state: Mutex<State>,
}

type Found = watch::Receiver<Option<Arc<Checkup>>>;

enum State {
    Unknown,
    Running(Found),
    Known {
        since: Instant,
        checkup: Arc<Checkup>,
    },
}

impl Runner {
    pub(super) fn new(
        check: impl HealthCheck,
        recorder: Option<Arc<dyn Recorder + Send + Sync>>,
    ) -> Self {
        let check = Arc::new(check);
        Self {
            name: check.name().to_owned(),
            timeout: check.timeout(),
            cache_for: check.cache_for(),
            run: Box::new(move || {
                let check = Arc::clone(&check);
                async move { check.check().await }.boxed()
            }),
            recorder,
            instruments: OnceLock::new(),
            state: Mutex::new(State::Unknown),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What was found lately, or is found now.
    pub(super) async fn checkup(self: &Arc<Self>) -> Arc<Checkup> {
        self.resolve_instruments();
        if self.cache_for.is_zero() {
            return Arc::new(self.find_out().await);
        }
        let mut found = match self.join() {
            Ok(checkup) => return checkup,
            Err(found) => found,
        };
        let patience = self.timeout.saturating_add(GRACE);
        let Ok(found) = time::timeout(patience, found.wait_for(Option::is_some)).await else {
            return Arc::new(Checkup::down().detail("error", "timeout"));
        };
        match found.as_deref() {
            Ok(Some(checkup)) => Arc::clone(checkup),
            // The runtime that it ran on is shutting down.
            _ => Arc::new(Checkup::down().detail("error", "stopped")),
        }
    }

    /// What is known, or a run to wait for: the one that is on its way, or a new one. It goes on if
    /// those who wait for it hang up, so that they cannot make it run more often.
    fn join(self: &Arc<Self>) -> Result<Arc<Checkup>, Found> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Known { since, checkup } if since.elapsed() < self.cache_for => {
                return Ok(Arc::clone(checkup));
            }
            State::Running(found) if found.has_changed().is_ok() => return Err(found.clone()),
            _ => {}
        }
        let (tell, found) = watch::channel(None);
        *state = State::Running(found.clone());
        drop(state);

        let runner = Arc::clone(self);
        tokio::spawn(async move {
            let checkup = Arc::new(runner.find_out().await);
            *runner.state.lock().unwrap_or_else(PoisonError::into_inner) = State::Known {
                since: Instant::now(),
                checkup: Arc::clone(&checkup),
            };
            tell.send_replace(Some(checkup));
        });
        Err(found)
    }

    async fn find_out(&self) -> Checkup {
        let start = Instant::now();
        let run = AssertUnwindSafe(async { (self.run)().await }).catch_unwind();
        let checkup = match time::timeout(self.timeout, run).await {
            Ok(Ok(Ok(checkup))) => checkup,
            Ok(Ok(Err(error))) => Checkup::down().detail("error", error.to_string()),
            Ok(Err(_)) => Checkup::down().detail("error", "panic"),
            Err(_) => Checkup::down().detail("error", "timeout"),
        };
        let instruments = self.resolve_instruments();
        instruments.record(checkup.status(), start.elapsed());
        checkup
    }

    /// Resolved by the first who asks and not in the task that runs, so that a recorder that is
    /// local to a thread is found.
    fn resolve_instruments(&self) -> &Instruments {
        self.instruments.get_or_init(|| match &self.recorder {
            Some(recorder) => Instruments::register(&**recorder, &self.name),
            None => metrics::with_recorder(|recorder| Instruments::register(recorder, &self.name)),
        })
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
