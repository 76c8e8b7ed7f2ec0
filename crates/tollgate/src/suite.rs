//! The suite: measuring, mounting and guarding in one value.

use std::mem;

use axum::Router;
#[cfg(feature = "push")]
use tollgate_push::{Pusher, Pushing};

#[cfg(feature = "management")]
use crate::listeners::Management;
use crate::{
    Error, MetricsListener, Settings, TollgateBuilder, collision::Collision, enabled::Enabled,
};

/// Prometheus metrics for an axum app: measured, mounted and guarded.
///
/// # Examples
///
/// ```
/// use axum::{Router, routing::get};
/// use tollgate::Tollgate;
///
/// let tollgate = Tollgate::builder().enabled(true).build()?;
/// let app: Router = tollgate.wrap(Router::new().route("/", get(|| async { "hello" })));
/// # Ok::<(), tollgate::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tollgate {
    pub(crate) enabled: Option<Enabled>,
    #[cfg(feature = "management")]
    pub(crate) management: Option<Management>,
}

impl Tollgate {
    /// Builds a suite from the file and the environment, with [`Settings::load`].
    ///
    /// # Errors
    ///
    /// As [`Settings::load`] and [`TollgateBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        Self::from_settings(Settings::load()?)
    }

    /// Builds a suite from settings alone.
    ///
    /// # Errors
    ///
    /// As [`TollgateBuilder::build`].
    pub fn from_settings(settings: Settings) -> Result<Self, Error> {
        Self::builder().settings(settings).build()
    }

    /// Returns a builder without any values.
    pub fn builder() -> TollgateBuilder {
        TollgateBuilder::default()
    }

    /// Measures every request to the router and mounts the metrics on it, unless they have a
    /// [listener of their own](TollgateBuilder::metrics_address).
    ///
    /// The metrics endpoint itself is not measured, and neither are routes that are added to the
    /// returned router. A disabled suite returns the same router.
    ///
    /// # Panics
    ///
    /// If the router has a route for GET at the endpoint's path, or a service (`route_service`,
    /// `nest_service`): axum's own panic, at the caller's location, and a line in the log that names
    /// the setting. A route for other methods there, or for any, is merged with the metrics and
    /// keeps its methods but GET, unguarded:
    /// [`RouterExt::mount_metrics`](crate::axum::RouterExt::mount_metrics) lists all cases.
    #[track_caller]
    pub fn wrap<S>(&self, router: Router<S>) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let Some(enabled) = &self.enabled else {
            return router;
        };
        let measured = router.layer(enabled.requests.clone());
        if enabled.metrics_listener.is_some() {
            return measured;
        }
        let collision = Collision(enabled.endpoint.as_str());
        let mounted = enabled.mount(measured);
        mem::forget(collision);
        mounted
    }

    /// Binds the metrics' own listener, for programs that serve their app by themselves, or have no
    /// app. [Serve](MetricsListener::serve) it then, in a task of its own.
    ///
    /// Binds nothing if the suite is disabled or its metrics are on the app's port.
    ///
    /// # Errors
    ///
    /// If the address is taken or cannot be listened on: the message has the address and the setting
    /// that led there.
    ///
    /// # Panics
    ///
    /// On a Tokio runtime whose I/O is off.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use axum::{Router, routing::get};
    /// use tokio::net::TcpListener;
    /// use tollgate::Tollgate;
    ///
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let tollgate = Tollgate::from_env()?;
    /// let app = tollgate.wrap(Router::new().route("/", get(|| async { "hello" })));
    /// let metrics = tollgate.bind_metrics().await?;
    /// tokio::spawn(metrics.serve().into_future());
    /// axum::serve(TcpListener::bind("127.0.0.1:3000").await?, app).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn bind_metrics(&self) -> Result<MetricsListener, Error> {
        let Some(enabled) = &self.enabled else {
            return Ok(MetricsListener::default());
        };
        let Some(target) = &enabled.metrics_listener else {
            tracing::debug!("prometheus metrics have no listener of their own");
            return Ok(MetricsListener::default());
        };
        MetricsListener::bind(target, enabled.mount(Router::new())).await
    }

    /// Starts to push the metrics to the gateway of [`TollgateBuilder::push`], until the returned
    /// value is finished.
    ///
    /// A suite that is disabled or has no gateway pushes nothing.
    ///
    /// # Panics
    ///
    /// If pushes are made at an interval and this is called outside of a Tokio runtime.
    #[cfg(feature = "push")]
    pub fn pushing(&self) -> Pushing {
        let enabled = self.enabled.as_ref();
        let pusher = enabled.and_then(|enabled| enabled.pusher.as_ref());
        pusher.map_or_else(Pushing::disabled, Pusher::start)
    }

    /// Returns the path of the metrics, none if the suite is disabled.
    pub fn endpoint(&self) -> Option<&str> {
        Some(self.enabled.as_ref()?.endpoint.as_str())
    }
}
