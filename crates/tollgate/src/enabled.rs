//! The parts of an enabled suite.

use std::{fmt, sync::Arc};

use axum::Router;
use futures_util::future::BoxFuture;
use tollgate_axum::{Axum, Guard, MetricsPath, MetricsRoute, RouterExt};
use tollgate_exposition::Exposition;
use tollgate_http::RequestMetricsLayer;
#[cfg(feature = "push")]
use tollgate_push::Pusher;

use crate::listeners::Target;

/// The parts of an enabled suite.
#[derive(Clone)]
pub(crate) struct Enabled {
    pub(crate) endpoint: MetricsPath,
    pub(crate) guard: Guard,
    pub(crate) requests: RequestMetricsLayer<Axum>,
    pub(crate) exposition: Arc<dyn Exposition>,
    pub(crate) before_render: Option<BeforeRender>,
    pub(crate) metrics_listener: Option<Target>,
    #[cfg(feature = "push")]
    pub(crate) pusher: Option<Pusher>,
}

/// A hook that runs before the metrics are rendered.
pub(crate) type BeforeRender = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

impl Enabled {
    /// Mounts the metrics at the endpoint.
    #[track_caller]
    pub(crate) fn mount<S>(&self, router: Router<S>) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        router.mount_metrics_route(&self.endpoint, self.route(self.guard.clone()))
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
