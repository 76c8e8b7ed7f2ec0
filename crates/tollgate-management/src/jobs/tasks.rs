//! What runs now.

use std::collections::BTreeMap;

use axum::Json;
use serde::Serialize;
use tollgate_collectors::{Jobs, RunningJob};

use crate::{
    date::rfc3339,
    endpoint::{Endpoint, Exposure},
};

/// The jobs that run: `/tasks`, or another [id](Self::id).
///
/// All are counted, and listed as far as [`Jobs`] keeps a list, the longest first.
///
/// # Examples
///
/// ```
/// use tollgate_collectors::Jobs;
/// use tollgate_management::{Tasks, management_router};
///
/// let jobs = Jobs::new();
/// let management = management_router()
///     .tasks(Tasks::new(&jobs).id("worker"))
///     .build()?;
/// # Ok::<(), tollgate_management::ManagementError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Tasks {
    id: String,
    jobs: Jobs,
}

impl Tasks {
    /// Tells what of these jobs runs.
    pub fn new(jobs: &Jobs) -> Self {
        Self {
            id: "tasks".to_owned(),
            jobs: jobs.clone(),
        }
    }

    /// Sets the endpoint's id, which is its path too.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    pub(crate) fn into_endpoint(self) -> Endpoint {
        let Self { id, jobs } = self;
        Endpoint::new(id).read(Exposure::Read, "", async move || Json(runnings(&jobs)))
    }
}

/// `{"runningCount":1,"runnings":[…]}`, as Kestra's worker has it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Runnings {
    running_count: usize,
    runnings: Vec<Running>,
}

#[derive(Debug, Serialize)]
struct Running {
    id: String,
    kind: String,
    labels: BTreeMap<String, String>,
    since: Option<String>,
    seconds: f64,
}

fn runnings(jobs: &Jobs) -> Runnings {
    let running = jobs.running();
    Runnings {
        running_count: running.count(),
        runnings: running.jobs().iter().map(Running::from).collect(),
    }
}

impl From<&RunningJob> for Running {
    fn from(job: &RunningJob) -> Self {
        Self {
            id: job.id().to_owned(),
            kind: job.kind().to_owned(),
            labels: job
                .labels()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            since: rfc3339(job.since()),
            seconds: job.running_for().as_secs_f64(),
        }
    }
}
