//! The suite: everything in one value.

use std::{fmt, future::Future, mem, pin::Pin, sync::Arc};

use axum::Router;
use tollgate_axum::{Axum, Guard, MetricsRoute, RouterExt};
use tollgate_http::RequestMetricsLayer;

#[cfg(feature = "push")]
use crate::push::{Gateway, Pushing};
use crate::{Error, ErrorKind, TollgateBuilder, collision::Collision, recording::Recorded};

/// Prometheus metrics for an axum app: measured, mounted and guarded.
///
/// # Examples
///
/// ```
/// use axum::{Router, routing::get};
/// use tollgate::Tollgate;
///
/// let tollgate = Tollgate::builder().enabled(true).build()?;
/// let app: Router = tollgate.wrap(Router::new().route("/", get(|| async { "hello" })))?;
/// # Ok::<(), tollgate::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tollgate {
    enabled: Option<Enabled>,
}

/// What an enabled suite consists of.
#[derive(Debug, Clone)]
pub(crate) struct Enabled {
    pub(crate) endpoint: String,
    pub(crate) guard: Guard,
    pub(crate) requests: RequestMetricsLayer<Axum>,
    pub(crate) recorded: Arc<Recorded>,
    pub(crate) before_render: Option<BeforeRender>,
    #[cfg(feature = "push")]
    pub(crate) gateway: Option<Arc<Gateway>>,
}

/// What is to be done before the metrics are rendered.
#[derive(Clone)]
pub(crate) struct BeforeRender(
    pub(crate) Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>,
);

impl fmt::Debug for BeforeRender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BeforeRender").finish_non_exhaustive()
    }
}

impl Tollgate {
    /// Builds a suite from the environment alone: `METRICS_ENABLED`, `METRICS_ENDPOINT`,
    /// `MASTER_KEY`, `MASTER_KEY_FILE`.
    ///
    /// # Errors
    ///
    /// As [`TollgateBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().env().build()
    }

    /// Starts to build a suite.
    pub fn builder() -> TollgateBuilder {
        TollgateBuilder::default()
    }

    pub(crate) fn enabled(enabled: Enabled) -> Self {
        Self {
            enabled: Some(enabled),
        }
    }

    pub(crate) fn disabled() -> Self {
        Self { enabled: None }
    }

    /// Measures every request to the router and mounts the metrics on it.
    ///
    /// The metrics endpoint itself is not measured, and neither are routes that are added to the
    /// returned router. A disabled suite gives the same router back.
    ///
    /// # Errors
    ///
    /// If the metrics cannot be mounted at the endpoint's path.
    ///
    /// # Panics
    ///
    /// If the router has a route for GET at the endpoint's path, or a service (`route_service`,
    /// `nest_service`): axum's own panic, at the caller's location, and a line in the log that names
    /// the setting. A route for other methods there, or for any, is merged with the metrics and
    /// keeps its methods but GET, unguarded: [`RouterExt::mount_metrics`] lists all cases.
    #[track_caller]
    pub fn wrap<S>(&self, router: Router<S>) -> Result<Router<S>, Error>
    where
        S: Clone + Send + Sync + 'static,
    {
        let Some(enabled) = &self.enabled else {
            return Ok(router);
        };
        let collision = Collision {
            endpoint: &enabled.endpoint,
        };
        let route = MetricsRoute::new(Arc::clone(&enabled.recorded)).guard(enabled.guard.clone());
        let route = match enabled.before_render.clone() {
            Some(BeforeRender(hook)) => route.before_render(move || hook()),
            None => route,
        };
        let mounted = router
            .layer(enabled.requests.clone())
            .mount_metrics_route(&enabled.endpoint, route);
        mem::forget(collision);
        mounted.map_err(|e| Error::telling(ErrorKind::Endpoint, e.to_string(), e))
    }

    /// Starts to push the metrics to the gateway that [`TollgateBuilder::push`] named, and goes on
    /// until the returned value is finished.
    ///
    /// A suite that is disabled, or was given no gateway, pushes nothing.
    ///
    /// # Panics
    ///
    /// If pushes are made at an interval and this is called outside of a Tokio runtime.
    #[cfg(feature = "push")]
    pub fn pushing(&self) -> Pushing {
        let enabled = self.enabled.as_ref();
        Pushing::start(enabled.and_then(|enabled| enabled.gateway.clone()))
    }

    /// Where the metrics are served, none if the suite is disabled.
    pub fn endpoint(&self) -> Option<&str> {
        self.enabled
            .as_ref()
            .map(|enabled| enabled.endpoint.as_str())
    }
}
