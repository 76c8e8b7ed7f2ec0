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
/// # Ok::<(), tollgate_management::ManagementError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Health(Arc<Checks>);

#[derive(Debug)]
struct Checks {
    runners: Vec<Arc<Runner>>,
    groups: BTreeMap<String, Vec<Arc<Runner>>>,
    latch: Option<Readiness>,
}

impl Health {
    pub(super) fn new(
        runners: Vec<Arc<Runner>>,
        groups: BTreeMap<String, Vec<Arc<Runner>>>,
        latch: Option<Readiness>,
    ) -> Self {
        Self(Arc::new(Checks {
            runners,
            groups,
            latch,
        }))
    }

    pub(crate) fn latch(&self) -> Option<&Readiness> {
        self.0.latch.as_ref()
    }

    pub(super) fn runners(&self) -> &[Arc<Runner>] {
        &self.0.runners
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = (&str, &[Arc<Runner>])> {
        let groups = self.0.groups.iter();
        groups.map(|(name, members)| (&**name, &**members))
    }
}
