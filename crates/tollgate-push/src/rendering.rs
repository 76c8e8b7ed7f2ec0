//! The metrics to push, rendered without risk for the job.

use std::{
    error::Error as StdError,
    fmt,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{task, time};
use tollgate_exposition::{Exposition, Format, Selection};
use tollgate_families::{MAX_WAIT, with_scrape_deadline};

/// Sets values that have to be asked for.
pub(crate) type BeforeRender =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// The shares of a push's timeout after which its hooks should end, and after which it goes on without
/// them.
const SHARES: [f64; 2] = [0.65, 0.75];

/// The metrics of a job, with a deadline.
pub(crate) struct Rendering {
    pub(crate) exposition: Arc<dyn Exposition>,
    pub(crate) before: Vec<BeforeRender>,
    pub(crate) timeout: Duration,
}

impl Rendering {
    /// Renders in a task of its own, so that a panic there does not end the job.
    pub(crate) async fn text(&self) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
        let before = self.before.clone();
        let exposition = Arc::clone(&self.exposition);
        let [end, leave] = SHARES.map(|share| self.timeout.min(MAX_WAIT).mul_f64(share));
        let rendering = task::spawn(async move {
            let hooks = with_scrape_deadline(Instant::now() + end, async move {
                for hook in before {
                    hook().await;
                }
            });
            if time::timeout(leave, hooks).await.is_err() {
                tracing::warn!("a hook before a push is late: its old values are pushed");
            }
            let render = move || {
                let mut text = Vec::new();
                let all = Selection::all();
                exposition.write(Format::Text, &all, &mut text)?;
                Ok(text)
            };
            task::spawn_blocking(render).await?
        });
        let abort = rendering.abort_handle();
        let rendered = time::timeout(self.timeout, rendering).await;
        abort.abort();
        rendered??
    }
}

impl fmt::Debug for Rendering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendering").finish_non_exhaustive()
    }
}
