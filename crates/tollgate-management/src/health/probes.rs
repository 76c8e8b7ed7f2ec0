//! Probes on the app's own port.

use axum::{Extension, Router, http::header::CACHE_CONTROL, routing::get};
use tollgate_http::Unmetered;

use super::{
    Health,
    checks::{LIVENESS, READINESS},
    report::report,
};

impl Health {
    /// Returns `/livez` and `/readyz` for the app's own port, where the platform's probes reach them.
    ///
    /// They answer a status without details, and the request metrics do not count them.
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
        let probe = |group| {
            let members = self.groups[group].clone();
            get(async move || {
                let report = report(&members, false).await;
                ([(CACHE_CONTROL, "no-store")], Extension(Unmetered), report)
            })
        };
        Router::new()
            .route("/livez", probe(LIVENESS))
            .route("/readyz", probe(READINESS))
    }
}
