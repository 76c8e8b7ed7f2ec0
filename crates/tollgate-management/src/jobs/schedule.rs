//! What is planned.

use std::collections::BTreeMap;

use axum::Json;
use serde::Serialize;
use tollgate_collectors::{Scheduled, Scheduler};

use crate::{
    date::rfc3339,
    endpoint::{Endpoint, Exposure},
};

/// The schedules there are: `/schedule`, or another [id](Self::id).
///
/// Those that a [`Scheduler`] keeps a list of, the next one first.
///
/// # Examples
///
/// ```
/// use tollgate_collectors::Scheduler;
/// use tollgate_management::{Schedule, management_router};
///
/// let scheduler = Scheduler::new();
/// let management = management_router()
///     .schedule(Schedule::new(&scheduler).id("scheduler"))
///     .build()?;
/// # Ok::<(), tollgate_management::ManagementError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Schedule {
    id: String,
    scheduler: Scheduler,
}

impl Schedule {
    /// Tells what this scheduler has planned.
    pub fn new(scheduler: &Scheduler) -> Self {
        Self {
            id: "schedule".to_owned(),
            scheduler: scheduler.clone(),
        }
    }

    /// Sets the endpoint's id, which is its path too.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    pub(crate) fn into_endpoint(self) -> Endpoint {
        let Self { id, scheduler } = self;
        Endpoint::new(id).read(Exposure::Read, "", async move || Json(plans(&scheduler)))
    }
}

/// `{"schedulableCount":1,"schedulable":[…]}`, as Kestra's scheduler has it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Plans {
    schedulable_count: usize,
    schedulable: Vec<Plan>,
}

#[derive(Debug, Serialize)]
struct Plan {
    name: String,
    labels: BTreeMap<String, String>,
    next: Option<String>,
    last: Option<String>,
}

fn plans(scheduler: &Scheduler) -> Plans {
    let planned = scheduler.schedules();
    Plans {
        schedulable_count: planned.len(),
        schedulable: planned.iter().map(Plan::from).collect(),
    }
}

impl From<&Scheduled> for Plan {
    fn from(schedule: &Scheduled) -> Self {
        Self {
            name: schedule.name().to_owned(),
            labels: schedule
                .labels()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            next: schedule.next().and_then(rfc3339),
            last: schedule.last().and_then(rfc3339),
        }
    }
}
