//! The result of several checks.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use futures_util::future::join_all;
use serde::Serialize;

use super::{Checkup, Status, runner::Runner};

/// Worst status of several checks, with the result of each for callers that may see details.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<BTreeMap<String, Arc<Checkup>>>,
}

impl Report {
    /// Runs checks at the same time.
    pub(super) async fn of(runners: &[Arc<Runner>]) -> Self {
        let checkups = join_all(runners.iter().map(Runner::checkup)).await;
        let status = checkups.iter().map(|checkup| checkup.status()).max();
        let names = runners.iter().map(|runner| runner.name().to_owned());
        Self {
            status: status.unwrap_or(Status::Up),
            details: Some(names.zip(checkups).collect()),
        }
    }

    pub(super) fn without_details(self) -> Self {
        Self {
            details: None,
            ..self
        }
    }
}

impl IntoResponse for Report {
    fn into_response(self) -> Response {
        (self.status.code(), Json(self)).into_response()
    }
}
