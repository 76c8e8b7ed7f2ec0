//! The endpoint `health`.

use std::sync::Arc;

use axum::{
    Extension, Json,
    response::{IntoResponse, Response},
};

use super::Health;
use crate::{
    endpoint::{Endpoint, Exposure},
    gate::Caller,
};

/// `/health`, a path for each group and one for the details of each check.
pub(crate) fn endpoint(health: &Health) -> Endpoint {
    let report = |group: Option<&str>| {
        let health = health.clone();
        let group = group.map(str::to_owned);
        async move |Extension(caller): Extension<Caller>| {
            summary(&health, group.as_deref(), caller).await
        }
    };
    let mut endpoint = Endpoint::new("health").read(Exposure::Summary, "", report(None));
    for group in health.groups() {
        endpoint = endpoint.read(Exposure::Summary, &format!("/{group}"), report(Some(group)));
    }
    for runner in health.runners() {
        let path = format!("/{}", runner.name());
        let runner = Arc::clone(runner);
        endpoint = endpoint.read(Exposure::Detail, &path, async move || {
            let checkup = runner.checkup().await;
            (checkup.status().code(), Json(checkup)).into_response()
        });
    }
    endpoint
}

async fn summary(health: &Health, group: Option<&str>, caller: Caller) -> Response {
    let mut report = health.report(group).await;
    if !caller.sees_details() {
        report.details = None;
    }
    (report.status.code(), Json(report)).into_response()
}
