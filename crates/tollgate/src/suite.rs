//! The suite: measuring, mounting and guarding in one value.

use std::{fmt, mem};

use axum::Router;
use tollgate_axum::Guard;
#[cfg(feature = "push")]
use tollgate_push::Pushing;

#[cfg(feature = "management")]
use crate::listeners::Management;
use crate::{Error, Settings, TollgateBuilder, enabled::Enabled, nesting};

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
    /// A request to a wrapped router within another one is measured once, by the outer one, and the inner
    /// metrics endpoint answers 404. The log warns of the first such request.
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
        nesting::note_wrap();
        let measured = router.layer(enabled.requests.clone());
        if enabled.metrics_listener.is_some() {
            return measured;
        }
        let collision = Collision(enabled.endpoint.as_str());
        let mounted = enabled.mount(measured);
        mem::forget(collision);
        mounted
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
        let pushes = enabled.and_then(|enabled| enabled.pushes.as_ref());
        pushes.map_or_else(Pushing::disabled, |pushes| pushes.start())
    }

    /// Whether no key guards the metrics.
    pub(crate) fn is_open(&self) -> bool {
        let enabled = self.enabled.as_ref();
        enabled.is_some_and(|enabled| matches!(enabled.guard, Guard::Open))
    }

    /// Returns the path of the metrics, none if the suite is disabled.
    pub fn endpoint(&self) -> Option<&str> {
        Some(self.enabled.as_ref()?.endpoint.as_str())
    }
}

/// One line for programs without a subscriber of tracing: whether metrics are on, where they are, and
/// whether a key guards them.
impl fmt::Display for Tollgate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let behind = |is_open| {
            if is_open {
                "open to everyone"
            } else {
                "behind a master key"
            }
        };
        match &self.enabled {
            None => f.write_str("prometheus metrics are off")?,
            Some(enabled) => {
                write!(
                    f,
                    "prometheus metrics are on: {} ",
                    enabled.endpoint.as_str()
                )?;
                match &enabled.metrics_listener {
                    Some(own) => write!(f, "on {own}")?,
                    None => f.write_str("on the app's port")?,
                }
                write!(f, ", {}", behind(self.is_open()))?;
            }
        }
        #[cfg(feature = "management")]
        if let Some(management) = &self.management {
            let (target, is_open) = (&management.target, management.is_open);
            write!(
                f,
                "; management endpoints are on {target}, {}",
                behind(is_open)
            )?;
        }
        Ok(())
    }
}

/// Names the setting to the operator when axum panics over a path that is taken: axum's own message
/// cannot name it.
///
/// Only such a panic drops it; without one it is forgotten.
struct Collision<'a>(&'a str);

impl Drop for Collision<'_> {
    fn drop(&mut self) {
        tracing::error!(
            endpoint = %self.0,
            "the app has a route of its own at the path of the prometheus metrics, or is wrapped \
             already: set METRICS_ENDPOINT to another path, or call `wrap` once"
        );
    }
}
