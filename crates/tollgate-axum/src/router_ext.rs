//! Mounting on a router.

use axum::Router;

use tollgate_exposition::Exposition;

use crate::{Guard, MetricsPath, MetricsRoute};

/// Mounts metrics on a [`Router`].
///
/// This trait is sealed: it is implemented for axum's router only.
pub trait RouterExt: sealed::Sealed + Sized {
    /// Serves `exposition` at `path` to all that `guard` lets through.
    ///
    /// The path is matched as it is written: `/metrics` and `/metrics/` are two. [`MetricsRoute`],
    /// for which this is a shorthand, lists the answers and the other settings.
    ///
    /// # Panics
    ///
    /// As [`Router::route`] does, at the caller's location, if the router has `path` for itself. A
    /// router cannot be asked for its routes, so this is not known before. It panics on
    ///
    /// - a route there for GET;
    /// - a service there, by `route_service`, or by `nest_service` with `path` as its prefix.
    ///
    /// It does not panic, and the two are merged, on
    ///
    /// - a route there for other methods, such as `post`: these stay the router's own, unguarded,
    ///   HEAD among them if there is a route for it by name;
    /// - a route there for any method, by `any`: all but GET and HEAD stay the router's own;
    /// - a wildcard or a nested service whose prefix is shorter: the metrics come first.
    ///
    /// A `method_not_allowed_fallback` that was set after a route for other methods there answers,
    /// unguarded, in place of the 405.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::Router;
    /// use tollgate_auth::{MasterKeyLayer, MasterKeys};
    /// use tollgate_axum::{MetricsPath, RouterExt};
    /// use tollgate_exposition::Exposition;
    ///
    /// fn app(exposition: impl Exposition, keys: MasterKeys) -> Router {
    ///     Router::new().mount_metrics(&MetricsPath::default(), exposition, MasterKeyLayer::new(keys))
    /// }
    /// ```
    #[track_caller]
    #[must_use]
    fn mount_metrics<E: Exposition>(
        self,
        path: &MetricsPath,
        exposition: E,
        guard: impl Into<Guard>,
    ) -> Self {
        self.mount_metrics_route(path, MetricsRoute::new(exposition, guard))
    }

    /// Serves `route` at `path`.
    ///
    /// # Panics
    ///
    /// If the router already answers GET at `path`: see [`mount_metrics`](Self::mount_metrics).
    #[track_caller]
    #[must_use]
    fn mount_metrics_route(self, path: &MetricsPath, route: MetricsRoute) -> Self;
}

impl<S> RouterExt for Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    #[track_caller]
    fn mount_metrics_route(self, path: &MetricsPath, route: MetricsRoute) -> Self {
        self.route(path.as_str(), route.into_method_router())
    }
}

mod sealed {
    pub trait Sealed {}

    impl<S> Sealed for axum::Router<S> {}
}
