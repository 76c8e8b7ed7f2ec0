//! The end of a level that was set for a time.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use tokio::{task::AbortHandle, time};

/// Timer of a level. Dropping it cancels the timer.
#[derive(Debug)]
pub(super) struct Expiry {
    id: u64,
    at: SystemTime,
    task: AbortHandle,
}

impl Expiry {
    /// Starts a timer, which calls `end` with its id.
    pub(super) fn start(lasting: Duration, end: impl FnOnce(u64) + Send + 'static) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let task = tokio::spawn(async move {
            time::sleep(lasting).await;
            end(id);
        });
        Self {
            id,
            at: SystemTime::now() + lasting,
            task: task.abort_handle(),
        }
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }

    pub(super) fn at(&self) -> SystemTime {
        self.at
    }
}

impl Drop for Expiry {
    fn drop(&mut self) {
        self.task.abort();
    }
}
