//! Mounting on a router.

use axum::Router;

use crate::{Exposition, Guard, MetricsRoute, MountError, check_path};

/// Mounts metrics on a [`Router`].
///
/// This trait is sealed: it is implemented for axum's router only.
pub trait RouterExt: sealed::Sealed + Sized {
    /// Serves `exposition` at `path` to whom `guard` lets through.
    ///
    /// The path is matched as it is written: `/metrics` and `/metrics/` are two. For what the route
    /// answers and what else can be set, see [`MetricsRoute`], which this is a shorthand for.
    ///
    /// # Errors
    ///
    /// If `path` is not one plain path: [`MountErrorKind`](crate::MountErrorKind) lists what is
    /// refused.
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
    /// use tollgate_axum::{Exposition, MountError, RouterExt};
    ///
    /// fn app(exposition: impl Exposition, keys: MasterKeys) -> Result<Router, MountError> {
    ///     Router::new().mount_metrics("/metrics", exposition, MasterKeyLayer::new(keys))
    /// }
    /// ```
    #[track_caller]
    fn mount_metrics<E: Exposition>(
        self,
        path: &str,
        exposition: E,
        guard: impl Into<Guard>,
    ) -> Result<Self, MountError> {
        self.mount_metrics_route(path, MetricsRoute::new(exposition).guard(guard))
    }

    /// Serves `route` at `path`.
    ///
    /// # Errors
    ///
    /// If `path` is not one plain path, or `route` was given no guard.
    ///
    /// # Panics
    ///
    /// If the router already answers GET at `path`: see [`mount_metrics`](Self::mount_metrics).
    #[track_caller]
    fn mount_metrics_route(self, path: &str, route: MetricsRoute) -> Result<Self, MountError>;
}

impl<S> RouterExt for Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    #[track_caller]
    fn mount_metrics_route(self, path: &str, route: MetricsRoute) -> Result<Self, MountError> {
        check_path(path)?;
        let method_router = route
            .into_method_router()
            .map_err(|kind| MountError::new(kind, path))?;
        Ok(self.route(path, method_router))
    }
}

mod sealed {
    pub trait Sealed {}

    impl<S> Sealed for axum::Router<S> {}
}
