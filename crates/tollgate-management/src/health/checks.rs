//! All checks of an app, with their groups.

use std::{collections::BTreeMap, sync::Arc};

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
