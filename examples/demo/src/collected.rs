//! What is looked up when somebody scrapes.

use tokio::runtime::Handle;
use tollgate::collectors::{Activity, Info, Process, Runtime, ScrapeHooks};

use crate::store::Store;

/// The users that were asked for in the last hour.
pub(crate) fn active_users() -> Activity {
    Activity::builder("active_users_duration_hour")
        .help("Users that were asked for in the last hour.")
        .build()
}

/// The process, its runtime and build, the active users, and the sizes of the store.
pub(crate) fn hooks(store: &Store, active_users: &Activity) -> ScrapeHooks {
    let build = Info::build(env!("CARGO_PKG_VERSION"))
        .label("revision", option_env!("GIT_REVISION").unwrap_or("unknown"));
    let hooks = ScrapeHooks::new()
        .hook("process", Process::new())
        .hook("runtime", Runtime::new(&Handle::current()))
        .hook("build", build)
        .hook("active_users", active_users.clone());
    store.sizes(hooks)
}
