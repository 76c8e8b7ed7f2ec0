//! A job's group of metrics, replaced or deleted at its gateway.

use std::time::Duration;

use metrics::{Unit, counter, describe_counter};
use tokio::time;

use crate::{
    failure::{Failure, NETWORK_ERROR},
    gateway::Gateway,
    rendering::Rendering,
};

const PUSHES: &str = "tollgate_pushes_total";

/// Waiting times before the last push is tried again.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];

/// The metrics of a job, and their place at a gateway.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) gateway: Gateway,
    pub(crate) rendering: Rendering,
    pub(crate) interval: Option<Duration>,
    pub(crate) deletes: bool,
}

impl Group {
    /// Replaces the group with the current metrics.
    pub(crate) async fn push(&self) -> Result<(), Failure> {
        let gateway = self.gateway.group();
        let pushed = match self.rendering.text().await {
            Ok(text) => self.gateway.replace(text).await,
            Err(error) => Err(Failure::rendering(&*error)),
        };
        match &pushed {
            Ok(code) => {
                count(code, 1);
                tracing::debug!(%gateway, "metrics pushed");
            }
            Err(failure) => {
                count(&failure.code, 1);
                failure.warn(gateway, "metrics not pushed");
            }
        }
        pushed.map(drop)
    }

    /// Pushes a last time or deletes the group, in up to three attempts.
    pub(crate) async fn close(&self) {
        let mut pauses = PAUSES.into_iter();
        loop {
            let closed = if self.deletes {
                self.delete().await
            } else {
                self.push().await
            };
            match (closed, pauses.next()) {
                (Err(failure), Some(pause)) if failure.may_pass => time::sleep(pause).await,
                _ => return,
            }
        }
    }

    async fn delete(&self) -> Result<(), Failure> {
        let gateway = self.gateway.group();
        let deleted = self.gateway.delete().await;
        match &deleted {
            Ok(()) => tracing::debug!(%gateway, "pushed metrics deleted"),
            Err(failure) => failure.warn(gateway, "pushed metrics not deleted"),
        }
        deleted
    }
}

/// Describes the counter of pushes and exposes its usual codes from the start.
pub(crate) fn describe() {
    describe_counter!(
        PUSHES,
        Unit::Count,
        "Pushes to a gateway, by status code of the answer."
    );
    for code in ["200", NETWORK_ERROR] {
        count(code, 0);
    }
}

fn count(code: &str, pushes: u64) {
    counter!(PUSHES, "code" => code.to_owned()).increment(pushes);
}
