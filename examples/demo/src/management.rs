//! What the demo shows on its management port.

use tollgate::management::{
    DiskSpace, Health, Info, Loggers, ManagementBuilder, ManagementError, Readiness, Schedule,
    Tasks, management_router,
};

use crate::store::Store;
use crate::work::Work;

/// The endpoints, which the suite serves behind its key.
pub(crate) fn endpoints(
    store: &Store,
    work: &Work,
    loggers: &Loggers,
) -> Result<ManagementBuilder, ManagementError> {
    let health = Health::builder()
        .check(store.ping())
        .check(DiskSpace::new("/"))
        .readiness(&Readiness::new())
        .group("readiness", ["db"])
        .build()?;
    let info = Info::new()
        .name(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .git_revision(option_env!("GIT_REVISION"))
        .entry("description", env!("CARGO_PKG_DESCRIPTION"));
    Ok(management_router()
        .health(&health)
        .info(info)
        .loggers(loggers)
        .tasks(Tasks::new(&work.jobs))
        .schedule(Schedule::new(&work.scheduler)))
}
