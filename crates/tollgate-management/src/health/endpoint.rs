//! The endpoint `health`.

use std::sync::Arc;

use axum::{Extension, Json};

use super::{Health, report::report, runner::Runner};
use crate::{
    endpoint::{Endpoint, Exposure},
    gate::Caller,
};

/// Returns `/health`, with a path for each group and one for the details of each check.
pub(crate) fn endpoint(health: &Health) -> Endpoint {
    let report = |runners: &[Arc<Runner>]| {
        let runners = runners.to_vec();
        async move |Extension(caller): Extension<Caller>| {
            report(&runners, caller.sees_details()).await
        }
    };
    let mut endpoint = Endpoint::new("health").read(Exposure::Summary, "", report(&health.runners));
    for (group, members) in &health.groups {
        endpoint = endpoint.read(Exposure::Summary, &format!("/{group}"), report(members));
    }
    for runner in &health.runners {
        let path = format!("/{}", runner.name());
        let runner = Arc::clone(runner);
        endpoint = endpoint.read(Exposure::Detail, &path, async move || {
            let checkup = runner.checkup().await;
            (checkup.status().code(), Json(checkup))
        });
    }
    endpoint
}
