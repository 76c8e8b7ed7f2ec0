//! All checks of an app, and whom a question goes to.

use std::{collections::BTreeMap, sync::Arc};

use axum::Router;
use futures_util::future::join_all;
use serde::Serialize;

use super::{Checkup, HealthBuilder, Readiness, Status, probes, runner::Runner};

/// The checks of an app and their groups. Cheap to clone: clones share what was found.
///
/// # Examples
///
/// ```
/// use tollgate_management::{DiskSpace, Health, Readiness, management_router};
///
/// let readiness = Readiness::new();
/// let health = Health::builder()
///     .check(DiskSpace::new("/var/lib/shop"))
///     .readiness(&readiness)
///     .group("storage", ["diskSpace"])
///     .build()?;
/// let management = management_router().health(&health).build()?;
/// # Ok::<(), tollgate_management::ManagementError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Health {
    checks: Arc<Checks>,
}

#[derive(Debug)]
pub(super) struct Checks {
    pub(super) runners: Vec<Arc<Runner>>,
    /// Members by their places among the runners.
    pub(super) groups: BTreeMap<String, Vec<usize>>,
    pub(super) latch: Option<Readiness>,
}

/// What was found, as it is answered.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) details: Option<BTreeMap<String, Arc<Checkup>>>,
}

impl Health {
    /// Starts without checks.
    pub fn builder() -> HealthBuilder {
        HealthBuilder::default()
    }

    /// `/livez` and `/readyz` for the app's own port, where the platform's probes can reach them.
    /// They tell a status and no details, and are not counted as requests.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use tollgate_management::Health;
    ///
    /// fn app(health: &Health) -> Router {
    ///     Router::new()
    ///         .route("/", get(async || "hello"))
    ///         .merge(health.probes())
    /// }
    /// ```
    pub fn probes<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        probes::router(self)
    }

    pub(super) fn from_checks(checks: Checks) -> Self {
        Self {
            checks: Arc::new(checks),
        }
    }

    pub(crate) fn latch(&self) -> Option<&Readiness> {
        self.checks.latch.as_ref()
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = &str> {
        self.checks.groups.keys().map(String::as_str)
    }

    pub(super) fn runners(&self) -> &[Arc<Runner>] {
        &self.checks.runners
    }

    /// Asks the members of a group, or all checks, at the same time.
    pub(super) async fn report(&self, group: Option<&str>) -> Report {
        let Checks {
            runners, groups, ..
        } = &*self.checks;
        let members: Vec<&Arc<Runner>> = match group.and_then(|group| groups.get(group)) {
            Some(places) => places.iter().map(|&place| &runners[place]).collect(),
            None => runners.iter().collect(),
        };
        let checkups = join_all(members.iter().map(|runner| runner.checkup())).await;
        let status = checkups.iter().map(|checkup| checkup.status()).max();
        let names = members.iter().map(|runner| runner.name().to_owned());
        Report {
            status: status.unwrap_or(Status::Up),
            details: Some(names.zip(checkups).collect()),
        }
    }
}
