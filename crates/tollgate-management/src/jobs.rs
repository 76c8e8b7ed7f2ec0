//! Endpoints of background work: running and planned.

use std::collections::BTreeMap;

use axum::Json;
use serde_json::{Value, json};
use tollgate_collectors::{Jobs, RunningJob, Scheduled, Scheduler};

use crate::{
    date::rfc3339,
    endpoint::{Endpoint, Exposure},
};

/// Returns the endpoint of running jobs, in the shape of Kestra's worker.
pub(crate) fn tasks(id: String, jobs: Jobs) -> Endpoint {
    Endpoint::new(id).read(Exposure::Read, "", async move || {
        let running = jobs.running();
        let runnings: Vec<_> = running.iter().map(task).collect();
        Json(json!({ "runningCount": jobs.running_count(), "runnings": runnings }))
    })
}

fn task(job: &RunningJob) -> Value {
    json!({
        "id": job.id(),
        "kind": job.kind(),
        "labels": job.labels().collect::<BTreeMap<_, _>>(),
        "since": rfc3339(job.since()),
        "seconds": job.running_for().as_secs_f64(),
    })
}

/// Returns the endpoint of schedules, in the shape of Kestra's scheduler.
pub(crate) fn schedule(id: String, scheduler: Scheduler) -> Endpoint {
    Endpoint::new(id).read(Exposure::Read, "", async move || {
        let planned: Vec<_> = scheduler.schedules().iter().map(plan).collect();
        Json(json!({ "schedulableCount": planned.len(), "schedulable": planned }))
    })
}

fn plan(schedule: &Scheduled) -> Value {
    json!({
        "name": schedule.name(),
        "labels": schedule.labels().collect::<BTreeMap<_, _>>(),
        "next": schedule.next().and_then(rfc3339),
        "last": schedule.last().and_then(rfc3339),
    })
}
