//! Fulfilment of placed orders: a job in the background.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;
use tollgate::collectors::{Job, Jobs};

use crate::store::{Order, Store};

/// Maximum of waiting orders.
const WAITING: usize = 1000;

/// Time to pack one item.
const PACKING_MS: u64 = 5;

/// Queue of placed orders in front of the loop that fulfils them one after another.
#[derive(Debug, Clone)]
pub(crate) struct Fulfilment {
    placed: mpsc::Sender<Placed>,
}

/// A waiting order.
#[derive(Debug)]
struct Placed {
    id: i64,
    quantity: i64,
}

impl Fulfilment {
    /// Starts the loop, which ends when no order can be placed any more.
    pub(crate) fn start(store: Store, jobs: Jobs) -> Self {
        let (placed, mut orders) = mpsc::channel(WAITING);
        tokio::spawn(async move {
            while let Some(Placed { id, quantity }) = orders.recv().await {
                let number = id.to_string();
                let job = Job::new("fulfil_order").id(&number);
                if let Err(error) = jobs.run(&job, fulfil(&store, id, quantity)).await {
                    tracing::error!(%error, id, "an order was not fulfilled");
                }
            }
        });
        Self { placed }
    }

    pub(crate) fn placed(&self, order: &Order) {
        let Order { id, quantity, .. } = *order;
        if self.placed.try_send(Placed { id, quantity }).is_err() {
            tracing::error!(id, "an order was not fulfilled: too many wait");
        }
    }
}

async fn fulfil(store: &Store, id: i64, quantity: i64) -> sqlx::Result<()> {
    sleep(Duration::from_millis(PACKING_MS * quantity.unsigned_abs())).await;
    store.fulfil(id).await
}
