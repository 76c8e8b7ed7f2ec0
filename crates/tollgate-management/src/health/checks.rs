//! All checks of an app, with their groups.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::join_all;
use tokio::time;
use tollgate_families::scrape_deadline;

use super::{Readiness, runner::Runner};

/// Name of the group without checks: an answer shows that the process runs.
pub(super) const LIVENESS: &str = "liveness";

/// Name of the group that tells whether the app should receive requests.
pub(super) const READINESS: &str = "readiness";

/// Checks of an app and their groups. Clones share the checks and their results.
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
/// # Ok::<(), tollgate_management::BuildError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Health {
    pub(super) runners: Vec<Arc<Runner>>,
    pub(super) groups: BTreeMap<String, Vec<Arc<Runner>>>,
    pub(crate) readiness: Option<Readiness>,
}

impl Health {
    /// Runs the checks whose results are no longer fresh, so that `health_status` is the state of now.
    ///
    /// It is for a hook before a rendering, and waits until the
    /// [deadline](tollgate_families::scrape_deadline) of the scrape: a check that is late shows its last
    /// result. The suite, `tollgate`, runs it before each scrape by itself if its management endpoints
    /// have these checks.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_axum::{Guard, MetricsRoute};
    /// use tollgate_exposition::Exposition;
    /// use tollgate_management::Health;
    ///
    /// fn route(exposition: impl Exposition, health: Health) -> MetricsRoute {
    ///     MetricsRoute::new(exposition, Guard::Open).before_render(move || health.refresh())
    /// }
    /// ```
    pub fn refresh(&self) -> impl Future<Output = ()> + Send + use<> {
        let runners = self.runners.clone();
        async move {
            let refreshed = join_all(runners.iter().map(Runner::refresh));
            match scrape_deadline() {
                // The runs of late checks go on.
                Some(end) => drop(time::timeout_at(end.into(), refreshed).await),
                None => drop(refreshed.await),
            }
        }
    }
}
