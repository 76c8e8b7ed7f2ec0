//! The hook before renderings.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    runtime::Handle,
    sync::watch,
    time::{self, Instant},
};
use tollgate_families::{MAX_WAIT, with_scrape_deadline};

/// A hook that runs before renderings.
type Hook = dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync;

/// The shares of a scrape's patience after which its hook should end, and after which the scrape goes
/// on without it. The rest is for the rendering.
const SHARES: [f64; 2] = [0.65, 0.75];

/// A hook that runs once at a time, for all scrapes that wait for it.
pub(super) struct Preparation {
    hook: Arc<Hook>,
    /// The last run: `true` once it has ended.
    run: Mutex<Option<watch::Receiver<bool>>>,
}

impl Preparation {
    pub(super) fn new<F, R>(hook: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        Self {
            hook: Arc::new(move || Box::pin(hook())),
            run: Mutex::default(),
        }
    }

    /// Waits for a run of the hook, but not for as long as to leave no time for the rendering. Returns
    /// `false` if the hook panicked.
    ///
    /// A run goes on when its scrapes no longer wait, and is joined by those that follow.
    pub(super) async fn wait(&self, patience: Duration) -> bool {
        let [end, leave] = SHARES.map(|share| patience.min(MAX_WAIT).mul_f64(share));
        let Some(mut run) = self.run(Instant::now() + end) else {
            return true;
        };
        let ended = time::timeout(leave, run.wait_for(|has_ended| *has_ended)).await;
        if ended.is_err() {
            tracing::warn!("the hook before a rendering is late: its old values are shown");
        }
        !matches!(ended, Ok(Err(_)))
    }

    /// Returns the run that is under way, or starts one. Without a runtime there is none.
    fn run(&self, deadline: Instant) -> Option<watch::Receiver<bool>> {
        let runtime = Handle::try_current().ok()?;
        let mut last = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        let lasts = |run: &&watch::Receiver<bool>| !*run.borrow() && run.has_changed().is_ok();
        if let Some(run) = last.as_ref().filter(lasts) {
            return Some(run.clone());
        }
        let (sender, run) = watch::channel(false);
        *last = Some(run.clone());
        let hook = Arc::clone(&self.hook);
        let hook = with_scrape_deadline(deadline.into_std(), async move { hook().await });
        runtime.spawn(async move {
            hook.await;
            sender.send_replace(true);
        });
        Some(run)
    }
}

impl fmt::Debug for Preparation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preparation").finish_non_exhaustive()
    }
}
