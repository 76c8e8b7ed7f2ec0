//! Management endpoints of the demo.

use tollgate::management::{
    BuildError, DiskSpace, Health, InfoEndpoint, Loggers, ManagementBuilder, Readiness,
    management_router,
};

use crate::store::Store;
use crate::work::Work;

/// Returns the endpoints, which the suite serves behind its master key.
pub(crate) fn endpoints(
    store: &Store,
    work: &Work,
    loggers: &Loggers,
) -> Result<ManagementBuilder, BuildError> {
    let health = Health::builder()
        .check(store.ping())
        .check(DiskSpace::new("/"))
        .readiness(&Readiness::new())
        .group("readiness", ["db"])
        .build()?;
    let info = InfoEndpoint::new()
        .name(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .git_revision(option_env!("GIT_REVISION"))
        .entry("description", env!("CARGO_PKG_DESCRIPTION"));
    Ok(management_router()
        .health(&health)
        .info(info)
        .loggers(loggers)
        .tasks("tasks", &work.jobs)
        .schedule("schedule", &work.scheduler))
}
