//! What becomes of an order once it is placed: a job in the background.

use tokio::sync::mpsc;
use tollgate::collectors::Jobs;

use crate::store::Store;

/// How many orders can wait.
const WAITING: usize = 1000;

/// The way of placed orders to the loop that fulfils them, one after another.
#[derive(Debug, Clone)]
pub(crate) struct Fulfilment {
    placed: mpsc::Sender<i64>,
}

impl Fulfilment {
    /// Starts the loop, which ends when nobody can place an order any more.
    pub(crate) fn start(store: Store) -> Self {
        let (placed, mut orders) = mpsc::channel(WAITING);
        tokio::spawn(async move {
            let jobs = Jobs::new();
            while let Some(id) = orders.recv().await {
                if let Err(error) = jobs.run("fulfil_order", store.fulfil(id)).await {
                    tracing::error!(%error, id, "an order was not fulfilled");
                }
            }
        });
        Self { placed }
    }

    pub(crate) fn placed(&self, id: i64) {
        if self.placed.try_send(id).is_err() {
            tracing::error!(id, "an order was not fulfilled: too many wait");
        }
    }
}
