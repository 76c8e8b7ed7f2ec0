//! Values that are collected at each scrape.

use tokio::runtime::Handle;
use tollgate::collectors::{Activity, BuildError, InfoGauge, ScrapeHooks, process, runtime};

use crate::store::Store;

/// Returns the users that were looked up in the last hour.
pub(crate) fn active_users() -> Result<Activity, BuildError> {
    Activity::builder("active_users_duration_hour")
        .help("Users that were looked up in the last hour.")
        .build()
}

/// Collects the process, its runtime and build, the active users, and the sizes of the store.
pub(crate) fn hooks(store: &Store, active_users: &Activity) -> ScrapeHooks {
    let build = InfoGauge::build_info(env!("CARGO_PKG_VERSION"))
        .constant_label("revision", option_env!("GIT_REVISION").unwrap_or("unknown"));
    let hooks = ScrapeHooks::new()
        .hook("process", process())
        .hook("runtime", runtime(&Handle::current()))
        .hook("build", build)
        .hook("active_users", active_users.clone());
    store.sizes(hooks)
}
