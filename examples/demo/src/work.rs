//! Work in the background: its metrics, and a job that runs every minute.

use std::time::{Duration, SystemTime};

use tokio::time::sleep;
use tollgate::collectors::{Jobs, Scheduler};
use tollgate::metrics::gauge;

use crate::store::Store;

/// Interval of the stocktaking.
const INTERVAL: Duration = Duration::from_mins(1);

/// Running and planned work, which the management port shows.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) jobs: Jobs,
    pub(crate) scheduler: Scheduler,
}

impl Work {
    pub(crate) fn new() -> Self {
        Self {
            jobs: Jobs::new(),
            scheduler: Scheduler::new(),
        }
    }

    /// Starts to count the waiting orders every minute.
    pub(crate) fn take_stock(&self, store: Store) {
        let schedule = self.scheduler.schedule("stocktaking");
        let jobs = self.jobs.clone();
        schedule.plan(SystemTime::now() + INTERVAL);
        tokio::spawn(async move {
            loop {
                sleep(INTERVAL).await;
                schedule.trigger();
                match jobs.run("stocktaking", store.waiting_orders()).await {
                    Ok(orders) => gauge!("orders_waiting").set(orders),
                    Err(error) => tracing::error!(%error, "stock was not taken"),
                }
                schedule.plan(SystemTime::now() + INTERVAL);
            }
        });
    }
}
