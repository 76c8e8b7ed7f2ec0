//! The metrics to push, rendered without risk for the job.

use std::{error::Error as StdError, fmt, pin::Pin, sync::Arc, time::Duration};

use tokio::{task, time};

/// Any error of a rendering.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Writes the metrics as Prometheus' text format 0.0.4.
pub(crate) type Render = dyn Fn(&mut Vec<u8>) -> Result<(), BoxError> + Send + Sync;

/// Sets values that have to be asked for.
pub(crate) type BeforeRender =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// The metrics of a job, with a deadline.
pub(crate) struct Rendering {
    pub(crate) render: Arc<Render>,
    pub(crate) before: Vec<BeforeRender>,
    pub(crate) timeout: Duration,
}

impl Rendering {
    /// Renders in a task of its own, so that a panic there does not end the job.
    pub(crate) async fn text(&self) -> Result<Vec<u8>, BoxError> {
        let before = self.before.clone();
        let render = Arc::clone(&self.render);
        let rendering = task::spawn(async move {
            for hook in before {
                hook().await;
            }
            let render = move || {
                let mut text = Vec::new();
                render(&mut text).map(|()| text)
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
