//! The end of a level that was set for a time.

use std::time::{Duration, SystemTime};

use tokio::{
    task::{self, AbortHandle, Id},
    time,
};

/// Timer of a level. Dropping it cancels the timer.
#[derive(Debug)]
pub(super) struct Expiry {
    pub(super) at: SystemTime,
    task: AbortHandle,
}

impl Expiry {
    /// Starts a timer, which calls `end` with its id.
    pub(super) fn start(lasting: Duration, end: impl FnOnce(Id) + Send + 'static) -> Self {
        let task = tokio::spawn(async move {
            time::sleep(lasting).await;
            end(task::id());
        });
        Self {
            at: SystemTime::now() + lasting,
            task: task.abort_handle(),
        }
    }

    pub(super) fn id(&self) -> Id {
        self.task.id()
    }
}

impl Drop for Expiry {
    fn drop(&mut self) {
        self.task.abort();
    }
}
