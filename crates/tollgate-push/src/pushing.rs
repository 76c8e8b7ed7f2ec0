//! A job that pushes.

use std::sync::Arc;

use tokio::{sync::oneshot, task::JoinHandle, time};

use crate::group::Group;

/// A job that pushes its metrics until it is [finished](Self::finish), from
/// [`Pusher::start`](crate::Pusher::start).
///
/// No failure ends the job: each is logged at WARN, and counted in
/// `tollgate_pushes_total{code}`, as `network_error` where no answer came.
///
/// Dropped instead of finished, it stops and logs that the last push is missing: a drop cannot wait
/// for a gateway.
#[derive(Debug)]
#[must_use = "the last push is made by `finish`"]
pub struct Pushing {
    group: Option<Arc<Group>>,
    /// Task that pushes at an interval, until the sender is dropped.
    repeated: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Pushing {
    /// Returns a value that pushes nothing, for a program that has no gateway.
    pub fn disabled() -> Self {
        Self {
            group: None,
            repeated: None,
        }
    }

    pub(crate) fn start(group: Arc<Group>) -> Self {
        let repeated = group.interval.map(|interval| {
            let (stop, mut stopped) = oneshot::channel();
            let group = Arc::clone(&group);
            let task = tokio::spawn(async move {
                while time::timeout(interval, &mut stopped).await.is_err() {
                    // The failure is in the log; the next push is the repetition.
                    let _ = group.push().await;
                }
            });
            (stop, task)
        });
        Self {
            group: Some(group),
            repeated,
        }
    }

    /// Pushes a last time, or deletes all that was pushed: see
    /// [`Push::delete_at_end`](crate::Push::delete_at_end). Returns once that is done, has failed for
    /// good, or has taken too long.
    ///
    /// A push that is under way ends first, so that the last one is the one that stays. An attempt
    /// that no gateway answers, or one with a 5xx or 429, is repeated twice, after 250 ms and a
    /// second; one that takes too long is not.
    pub async fn finish(mut self) {
        if let Some((stop, task)) = self.repeated.take() {
            drop(stop);
            // Only a rendering could panic there, and that runs in a task of its own.
            let _ = task.await;
        }
        if let Some(group) = &self.group {
            group.close().await;
        }
        self.group = None;
    }
}

impl Drop for Pushing {
    fn drop(&mut self) {
        if let Some(group) = &self.group {
            tracing::warn!(
                gateway = %group.gateway.group(),
                "the last metrics are not pushed: Pushing was dropped before finish() was done"
            );
        }
    }
}
