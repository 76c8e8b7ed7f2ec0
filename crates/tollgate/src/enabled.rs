//! The parts of an enabled suite.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use axum::Router;
use tollgate_axum::{Axum, Guard, MetricsPath, MetricsRoute, RouterExt};
use tollgate_http::RequestMetricsLayer;
#[cfg(feature = "push")]
use tollgate_push::Pusher;

use crate::{listeners::Target, recording::Recorded};

/// The parts of an enabled suite.
#[derive(Debug, Clone)]
pub(crate) struct Enabled {
    pub(crate) endpoint: MetricsPath,
    pub(crate) guard: Guard,
    pub(crate) requests: RequestMetricsLayer<Axum>,
    pub(crate) recorded: Recorded,
    pub(crate) before_render: Option<BeforeRender>,
    pub(crate) metrics_listener: Option<Target>,
    #[cfg(feature = "push")]
    pub(crate) pusher: Option<Pusher>,
}

/// A hook that runs before the metrics are rendered.
#[derive(Clone)]
pub(crate) struct BeforeRender(
    pub(crate) Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>,
);

impl BeforeRender {
    /// Adds the hook, if there is one, to a route.
    pub(crate) fn set(hook: Option<&Self>, route: MetricsRoute) -> MetricsRoute {
        match hook.cloned() {
            Some(Self(hook)) => route.before_render(move || hook()),
            None => route,
        }
    }
}

impl fmt::Debug for BeforeRender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BeforeRender").finish_non_exhaustive()
    }
}

impl Enabled {
    /// Mounts the metrics at the endpoint.
    #[track_caller]
    pub(crate) fn mount<S>(&self, router: Router<S>) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let route = MetricsRoute::new(self.recorded.exposition(), self.guard.clone());
        let route = BeforeRender::set(self.before_render.as_ref(), route);
        router.mount_metrics_route(&self.endpoint, route)
    }
}
