//! Work in the background: what measures it, and what is done every minute.

use std::time::{Duration, SystemTime};

use tokio::time::sleep;
use tollgate::collectors::{Jobs, Scheduler};
use tollgate::metrics::gauge;

use crate::store::Store;

/// How often stock is taken.
const INTERVAL: Duration = Duration::from_mins(1);

/// What runs, and what is planned: the management port tells both.
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

    /// Starts to count the orders that wait, every minute.
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
