//! A job's group of metrics, replaced or deleted at its gateway.

use std::time::Duration;

use tokio::time;
use tollgate_families::{Catalogue, Families, families};

use crate::{
    failure::{Failure, NETWORK_ERROR},
    gateway::Gateway,
    rendering::Rendering,
};

families! {
    /// Metric of pushes.
    pub(crate) enum PushMetric {
        Pushes: counter(Count) "tollgate_pushes_total" {code}
            "Pushes to a gateway, by status code of the answer.";
    }

    /// Label of the metric of pushes.
    pub(crate) enum PushLabel {
        code = Code "a status code, `network_error` or `render_error`";
    }
}

/// Returns the families of this crate.
pub fn catalogue() -> Catalogue {
    Catalogue::of::<PushMetric>()
}

/// Waiting times before the last push is tried again.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];

/// The metrics of a job, and their place at a gateway.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) families: Families<PushMetric>,
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
                self.count(code, 1);
                tracing::debug!(%gateway, "metrics pushed");
            }
            Err(failure) => {
                self.count(&failure.code, 1);
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

    /// Exposes the usual codes at zero.
    pub(crate) fn expose(&self) {
        for code in ["200", NETWORK_ERROR] {
            self.count(code, 0);
        }
    }

    fn count(&self, code: &str, pushes: u64) {
        let code = |PushLabel::Code| code.to_owned().into();
        self.families
            .counter(PushMetric::Pushes, code)
            .increment(pushes);
    }
}
