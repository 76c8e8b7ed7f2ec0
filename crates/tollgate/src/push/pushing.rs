//! A job that pushes.

use std::{sync::Arc, time::Duration};

use tokio::{sync::oneshot, task::JoinHandle, time};

use super::Gateway;

/// Pushes what a job records until the job [finishes](Self::finish) it, from
/// [`Tollgate::pushing`](crate::Tollgate::pushing).
///
/// No failure ends the job: each is logged at WARN, and counted in
/// `tollgate_pushes_total{code}`, as `network_error` where no answer came.
///
/// Dropped instead of finished, it stops, and says in the log that the last push is missing: a drop
/// cannot wait for a gateway.
#[derive(Debug)]
#[must_use = "the last push is made by `finish`"]
pub struct Pushing {
    gateway: Option<Arc<Gateway>>,
    repeated: Option<Repeated>,
}

impl Pushing {
    pub(crate) fn start(gateway: Option<Arc<Gateway>>) -> Self {
        let repeated = gateway.as_ref().and_then(|gateway| {
            let interval = gateway.interval()?;
            Some(Repeated::start(Arc::clone(gateway), interval))
        });
        Self { gateway, repeated }
    }

    /// Pushes a last time, or deletes what was pushed, as [`Push`](crate::Push) was told. Returns
    /// when that is done, has failed for good, or has taken too long.
    ///
    /// A push that is under way is waited for, so that the last one is the one that stays. An
    /// attempt that no gateway answers, or one with a 5xx or 429, is repeated twice, after 250 ms
    /// and a second; one that takes too long is not.
    pub async fn finish(mut self) {
        if let Some(repeated) = self.repeated.take() {
            repeated.stop().await;
        }
        if let Some(gateway) = &self.gateway {
            gateway.close().await;
        }
        self.gateway = None;
    }
}

impl Drop for Pushing {
    fn drop(&mut self) {
        if let Some(gateway) = &self.gateway {
            tracing::warn!(
                gateway = %gateway.group(),
                "the last metrics are not pushed: Pushing was dropped before finish() was done"
            );
        }
    }
}

/// A task that pushes at an interval until this is stopped or dropped.
#[derive(Debug)]
struct Repeated {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Repeated {
    fn start(gateway: Arc<Gateway>, interval: Duration) -> Self {
        let (stop, mut stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            while time::timeout(interval, &mut stopped).await.is_err() {
                // What went wrong is in the log; the next push is the repetition.
                let _ = gateway.push().await;
            }
        });
        Self { stop, task }
    }

    async fn stop(self) {
        drop(self.stop);
        // It panics only where what it renders does, which is caught.
        let _ = self.task.await;
    }
}
