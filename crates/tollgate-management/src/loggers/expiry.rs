//! A level that ends by itself.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use tokio::{task::AbortHandle, time};

use super::Shared;

/// What ends a level in time; not, once dropped.
#[derive(Debug)]
pub(super) struct Expiry {
    id: u64,
    at: SystemTime,
    task: AbortHandle,
}

impl Expiry {
    pub(super) fn start(shared: &Arc<Shared>, name: &str, lasting: Duration) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let levels = Arc::downgrade(shared);
        let name = name.to_owned();
        let task = tokio::spawn(async move {
            time::sleep(lasting).await;
            if let Some(shared) = levels.upgrade() {
                shared.expire(&name, id);
            }
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
