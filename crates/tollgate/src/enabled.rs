//! The parts of an enabled suite.

#[cfg(feature = "push")]
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fmt, sync::Arc};

use axum::{Router, middleware::from_fn_with_state};
use futures_util::future::BoxFuture;
#[cfg(feature = "management")]
use futures_util::{
    FutureExt,
    future::{OptionFuture, join},
};
use tollgate_axum::{Guard, MetricsPath, MetricsRoute};
use tollgate_exposition::Exposition;
#[cfg(feature = "management")]
use tollgate_management::ManagementBuilder;
#[cfg(feature = "push")]
use tollgate_push::{Pusher, Pushing};

use crate::{
    listeners::Target,
    nesting::{OutermostLayer, Tell, hide_if_nested},
};

/// The parts of an enabled suite.
#[derive(Clone)]
pub(crate) struct Enabled {
    pub(crate) endpoint: MetricsPath,
    pub(crate) guard: Guard,
    pub(crate) requests: OutermostLayer,
    pub(crate) exposition: Arc<dyn Exposition>,
    pub(crate) before_render: Option<BeforeRender>,
    pub(crate) metrics_listener: Option<Target>,
    #[cfg(feature = "push")]
    pub(crate) pushes: Option<Arc<Pushes>>,
}

/// Pushes to a gateway, which somebody has to start.
#[cfg(feature = "push")]
#[derive(Debug)]
pub(crate) struct Pushes {
    pub(crate) pusher: Pusher,
    pub(crate) are_started: AtomicBool,
}

#[cfg(feature = "push")]
impl Pushes {
    pub(crate) fn start(&self) -> Pushing {
        self.are_started.store(true, Ordering::Relaxed);
        self.pusher.start()
    }
}

#[cfg(feature = "push")]
impl Drop for Pushes {
    fn drop(&mut self) {
        if !*self.are_started.get_mut() {
            tracing::warn!(
                "nothing was pushed to the gateway: keep the value of Tollgate::pushing while the job \
                 runs, or serve the app with Tollgate::serve"
            );
        }
    }
}

/// A hook that runs before the metrics are rendered.
pub(crate) type BeforeRender = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// Returns a hook that runs the health checks of the management endpoints beside the app's hook.
#[cfg(feature = "management")]
pub(crate) fn with_checks(
    hook: Option<BeforeRender>,
    endpoints: Option<&ManagementBuilder>,
) -> Option<BeforeRender> {
    let Some(health) = endpoints.and_then(ManagementBuilder::checks).cloned() else {
        return hook;
    };
    Some(Arc::new(move || {
        let hook = hook.as_ref().map(|hook| hook());
        join(health.refresh(), OptionFuture::from(hook))
            .map(drop)
            .boxed()
    }))
}

impl Enabled {
    /// Mounts the metrics at the endpoint.
    #[track_caller]
    pub(crate) fn mount<S>(&self, router: Router<S>) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let route = self.route(self.guard.clone()).into_method_router();
        router.route(
            self.endpoint.as_str(),
            route.layer(from_fn_with_state(Tell, hide_if_nested)),
        )
    }

    /// Returns the route of the metrics behind a guard.
    pub(crate) fn route(&self, guard: Guard) -> MetricsRoute {
        let route = MetricsRoute::new(Arc::clone(&self.exposition), guard);
        match self.before_render.clone() {
            Some(hook) => route.before_render(move || hook()),
            None => route,
        }
    }
}

impl fmt::Debug for Enabled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enabled")
            .field("endpoint", &self.endpoint)
            .field("metrics_listener", &self.metrics_listener)
            .finish_non_exhaustive()
    }
}
