//! Mounting on a router.

use std::convert::Infallible;

use axum::{Router, extract::Request, response::IntoResponse};
use tollgate_exposition::Exposition;
use tollgate_http::Route;
use tower::{Service, util::MapResponse};

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

    /// Nests `service` at `path` as [`Router::nest_service`] does, and names its endpoint: `/admin/*` for
    /// `/admin`, instead of `unmatched`.
    ///
    /// axum tells no layer of the router the prefix of a nested service, so the name is a
    /// [`Route`] in the extensions of its responses. One that the service gives itself stays. A
    /// fallback service is named in the same way.
    ///
    /// # Panics
    ///
    /// As [`Router::nest_service`] does.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use axum::{Router, body::Body, extract::Request, http::Response};
    /// use tollgate_axum::{Axum, RouterExt};
    /// use tollgate_http::{RequestMetricsLayer, Route};
    /// use tower::{ServiceBuilder, service_fn};
    ///
    /// let files = service_fn(async |_: Request| Ok::<_, Infallible>(Response::new(Body::empty())));
    /// let page = ServiceBuilder::new()
    ///     .map_response(|mut response: Response<Body>| {
    ///         response.extensions_mut().insert(Route::from("page"));
    ///         response
    ///     })
    ///     .service(files.clone());
    ///
    /// let app: Router = Router::new()
    ///     .nest_named_service("/admin", files)
    ///     .fallback_service(page)
    ///     .layer(RequestMetricsLayer::new().for_host(Axum));
    /// ```
    #[track_caller]
    #[must_use]
    fn nest_named_service<T>(self, path: &str, service: T) -> Self
    where
        T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        T::Response: IntoResponse,
        T::Future: Send + 'static;
}

impl<S> RouterExt for Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    #[track_caller]
    fn mount_metrics_route(self, path: &MetricsPath, route: MetricsRoute) -> Self {
        self.route(path.as_str(), route.into_method_router())
    }

    #[track_caller]
    fn nest_named_service<T>(self, path: &str, service: T) -> Self
    where
        T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        T::Response: IntoResponse,
        T::Future: Send + 'static,
    {
        let route = Route::from(format!("{}/*", path.trim_end_matches('/')));
        let name = move |response: T::Response| {
            let mut response = response.into_response();
            response.extensions_mut().get_or_insert_with(|| route);
            response
        };
        self.nest_service(path, MapResponse::new(service, name))
    }
}

mod sealed {
    pub trait Sealed {}

    impl<S> Sealed for axum::Router<S> {}
}
