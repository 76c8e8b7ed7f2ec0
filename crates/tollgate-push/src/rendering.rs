//! The metrics to push, rendered without risk for the job.

use std::{error::Error as StdError, fmt, pin::Pin, sync::Arc, time::Duration};

use tokio::{task, time};
use tollgate_exposition::{Exposition, Format, Selection};

/// Sets values that have to be asked for.
pub(crate) type BeforeRender =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

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
        let rendering = task::spawn(async move {
            for hook in before {
                hook().await;
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
