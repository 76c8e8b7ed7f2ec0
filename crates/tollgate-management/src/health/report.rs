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
struct Report {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<BTreeMap<String, Arc<Checkup>>>,
}

/// Runs checks at the same time, and answers with the worst status.
pub(super) async fn report(runners: &[Arc<Runner>], sees_details: bool) -> Response {
    let checkups = join_all(runners.iter().map(Runner::checkup)).await;
    let status = checkups.iter().map(|checkup| checkup.status()).max();
    let status = status.unwrap_or(Status::Up);
    let names = runners.iter().map(|runner| runner.name().to_owned());
    let report = Report {
        status,
        details: sees_details.then(|| names.zip(checkups).collect()),
    };
    (status.code(), Json(report)).into_response()
}
