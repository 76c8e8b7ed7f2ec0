//! Endpoints of background work: running and planned.

use std::collections::BTreeMap;

use axum::{Json, response::IntoResponse};
use serde::Serialize;
use tollgate_collectors::{Jobs, RunningJob, Scheduled, Scheduler};

use crate::{
    date::rfc3339,
    endpoint::{Endpoint, Exposure},
};

/// Returns the endpoint of running jobs, in the shape of Kestra's worker.
pub(crate) fn tasks(id: String, jobs: Jobs) -> Endpoint {
    Endpoint::new(id).read(Exposure::Read, "", async move || {
        let running = jobs.running();
        Json(Runnings {
            running_count: jobs.running_count(),
            runnings: running.iter().map(Running::from).collect(),
        })
        .into_response()
    })
}

/// Returns the endpoint of schedules, in the shape of Kestra's scheduler.
pub(crate) fn schedule(id: String, scheduler: Scheduler) -> Endpoint {
    Endpoint::new(id).read(Exposure::Read, "", async move || {
        let planned = scheduler.schedules();
        Json(Plans {
            schedulable_count: planned.len(),
            schedulable: planned.iter().map(Plan::from).collect(),
        })
        .into_response()
    })
}

/// `{"runningCount":1,"runnings":[…]}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Runnings<'a> {
    running_count: usize,
    runnings: Vec<Running<'a>>,
}

#[derive(Debug, Serialize)]
struct Running<'a> {
    id: &'a str,
    kind: &'a str,
    labels: BTreeMap<&'a str, &'a str>,
    since: Option<String>,
    seconds: f64,
}

impl<'a> From<&'a RunningJob> for Running<'a> {
    fn from(job: &'a RunningJob) -> Self {
        Self {
            id: job.id(),
            kind: job.kind(),
            labels: job.labels().collect(),
            since: rfc3339(job.since()),
            seconds: job.running_for().as_secs_f64(),
        }
    }
}

/// `{"schedulableCount":1,"schedulable":[…]}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Plans<'a> {
    schedulable_count: usize,
    schedulable: Vec<Plan<'a>>,
}

#[derive(Debug, Serialize)]
struct Plan<'a> {
    name: &'a str,
    labels: BTreeMap<&'a str, &'a str>,
    next: Option<String>,
    last: Option<String>,
}

impl<'a> From<&'a Scheduled> for Plan<'a> {
    fn from(schedule: &'a Scheduled) -> Self {
        Self {
            name: schedule.name(),
            labels: schedule.labels().collect(),
            next: schedule.next().and_then(rfc3339),
            last: schedule.last().and_then(rfc3339),
        }
    }
}
