//! The management router.

use std::sync::Arc;

use axum::{
    Router,
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::{from_fn_with_state, map_response},
    response::Response,
    routing::any,
};
use tollgate_auth::{MasterKeyLayer, MasterKeys};
use tollgate_axum::Axum;
#[cfg(feature = "jobs")]
use tollgate_collectors::{Jobs, Scheduler};
use tollgate_http::{RequestMetricsBuilder, RequestMetricsLayer, Unmetered};

#[cfg(feature = "jobs")]
use crate::jobs;
#[cfg(feature = "loggers")]
use crate::loggers::{self, Loggers};
use crate::{
    Access, EnvironmentEndpoint, Health, InfoEndpoint, ManagementError, MetricsEndpoint, Readiness,
    access::{Policy, Sensitivity},
    discovery,
    endpoint::{Endpoint, Exposure},
    environment,
    gate::Gate,
    health, ids,
    problem::Problem,
};

/// Returns a builder of a management router that has only the discovery at `/`.
///
/// # Examples
///
/// ```
/// use tollgate_auth::MasterKeys;
/// use tollgate_management::management_router;
///
/// let management = management_router()
///     .master_keys(MasterKeys::new(["correct-horse-battery-staple"])?)
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn management_router() -> ManagementBuilder {
    ManagementBuilder::default()
}

/// Builder of a management router: see [`management_router`].
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct ManagementBuilder {
    keys: Option<MasterKeyLayer>,
    access: Access,
    endpoints: Vec<Result<Endpoint, ManagementError>>,
    environment: Option<EnvironmentEndpoint>,
    requests: Option<RequestMetricsBuilder>,
    readiness: Option<Readiness>,
}

impl ManagementBuilder {
    /// Requires one of these keys, as a bearer token.
    pub fn master_keys(self, keys: MasterKeys) -> Self {
        self.master_key_layer(MasterKeyLayer::new(keys).realm("management"))
    }

    /// Requires a key, with the settings of this layer.
    pub fn master_key_layer(mut self, keys: MasterKeyLayer) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Sets the access to endpoints.
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Replaces settings of [`access`](Self::access) by those that `stronger` has, such as settings that
    /// win over code.
    pub fn override_access(mut self, stronger: Access) -> Self {
        self.access = self.access.overridden(stronger);
        self
    }

    /// Returns the id of the endpoint that a setting names, in any case and with `_` for characters that
    /// a variable's name cannot hold.
    ///
    /// # Errors
    ///
    /// If no endpoint has such an id, or if an endpoint could not be added.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_management::{InfoEndpoint, management_router};
    ///
    /// let management = management_router().info(InfoEndpoint::new());
    /// assert_eq!(management.find_endpoint("INFO")?, "info");
    ///
    /// let error = management.find_endpoint("inof").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     r#"there is no endpoint "inof": write "info" if that is meant"#,
    /// );
    /// # Ok::<(), tollgate_management::ManagementError>(())
    /// ```
    pub fn find_endpoint(&self, name: &str) -> Result<&str, ManagementError> {
        let mut added = Vec::from_iter(self.environment.as_ref().map(|_| environment::ID));
        for endpoint in &self.endpoints {
            added.push(&endpoint.as_ref().map_err(Clone::clone)?.id);
        }
        ids::meant(name, added)
    }

    /// Returns whether the router requires master keys.
    pub fn is_guarded(&self) -> bool {
        self.keys.is_some()
    }

    /// Adds the endpoint `health`: `/health`, with a path below it for each group and each check.
    pub fn health(mut self, health: &Health) -> Self {
        self.readiness = health.latch().cloned();
        self.endpoint(Ok(health::endpoint::endpoint(health)))
    }

    /// Returns the latch of the health checks, for a graceful shutdown.
    pub fn readiness(&self) -> Option<&Readiness> {
        self.readiness.as_ref()
    }

    /// Adds the endpoint `info`.
    pub fn info(self, info: InfoEndpoint) -> Self {
        self.endpoint(info.into_endpoint())
    }

    /// Adds the endpoint `env`: `/env`, with a path below it for each source. It is sensitive by nature.
    ///
    /// A second call adds weaker sources, and its list of names to show replaces an earlier one.
    pub fn environment(mut self, environment: EnvironmentEndpoint) -> Self {
        self.environment = Some(match self.environment.take() {
            Some(earlier) => earlier.followed_by(environment),
            None => environment,
        });
        self
    }

    /// Adds the endpoints `metrics` and `prometheus`, which serve an
    /// [`Exposition`](tollgate_exposition::Exposition), or a [`MetricsEndpoint`] with settings.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_exposition::Exposition;
    /// use tollgate_management::{ManagementBuilder, management_router};
    ///
    /// fn management(exposition: impl Exposition) -> ManagementBuilder {
    ///     management_router().metrics(exposition)
    /// }
    /// ```
    pub fn metrics(self, metrics: impl Into<MetricsEndpoint>) -> Self {
        match metrics.into().into_endpoints() {
            Ok([metrics, prometheus]) => self.endpoint(Ok(metrics)).endpoint(Ok(prometheus)),
            Err(error) => self.endpoint(Err(error)),
        }
    }

    /// Adds the endpoint `loggers`: `/loggers`, with a path below it for each logger.
    #[cfg(feature = "loggers")]
    pub fn loggers(self, loggers: &Loggers) -> Self {
        self.endpoint(Ok(loggers::endpoint(loggers)))
    }

    /// Adds an endpoint at `/{id}`, such as `tasks`, for running jobs.
    ///
    /// It counts all of them, and lists those that [`Jobs`] keeps a list of, the longest first.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_collectors::{Jobs, Scheduler};
    /// use tollgate_management::management_router;
    ///
    /// let (jobs, scheduler) = (Jobs::new(), Scheduler::new());
    /// let management = management_router()
    ///     .tasks("tasks", &jobs)
    ///     .schedule("schedule", &scheduler)
    ///     .build()?;
    /// # Ok::<(), tollgate_management::ManagementError>(())
    /// ```
    #[cfg(feature = "jobs")]
    pub fn tasks(self, id: impl Into<String>, jobs: &Jobs) -> Self {
        self.endpoint(Ok(jobs::tasks(id.into(), jobs.clone())))
    }

    /// Adds an endpoint at `/{id}`, such as `schedule`, for the schedules that [`Scheduler`] keeps a list
    /// of, the next one first.
    #[cfg(feature = "jobs")]
    pub fn schedule(self, id: impl Into<String>, scheduler: &Scheduler) -> Self {
        self.endpoint(Ok(jobs::schedule(id.into(), scheduler.clone())))
    }

    /// Measures requests to the router with these settings, and with the label `server="management"` on
    /// every metric. Otherwise they are not measured.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_http::RequestMetricsLayer;
    /// use tollgate_management::management_router;
    ///
    /// let management = management_router()
    ///     .requests(RequestMetricsLayer::builder().namespace("shop"))
    ///     .build()?;
    /// # Ok::<(), tollgate_management::ManagementError>(())
    /// ```
    pub fn requests(mut self, requests: RequestMetricsBuilder) -> Self {
        self.requests = Some(requests);
        self
    }

    /// Adds an endpoint, or its error.
    pub(crate) fn endpoint(mut self, endpoint: Result<Endpoint, ManagementError>) -> Self {
        self.endpoints.push(endpoint);
        self
    }

    /// Builds the router.
    ///
    /// # Errors
    ///
    /// If an endpoint is not valid, if two have the same id, if access is set for an unknown one, or if
    /// the request metrics are not valid.
    pub fn build(self) -> Result<Router, ManagementError> {
        let environment = self.environment.map(EnvironmentEndpoint::into_endpoint);
        let endpoints = self.endpoints.into_iter().chain(environment);
        let endpoints = endpoints.collect::<Result<Vec<_>, _>>()?;
        ids::check(&self.access, &endpoints)?;

        let keys = self.keys;
        let mut router = Router::new();
        let mut paths = discovery::Paths::new();
        for endpoint in endpoints {
            let policy = self.access.of(&endpoint.id, endpoint.sensitive);
            if !policy.enabled {
                continue;
            }
            if keys.is_some() || policy.sensitivity != Sensitivity::Sensitive {
                let opened = policy.sensitivity == Sensitivity::Opened;
                paths.extend(endpoint.links(keys.is_some() || opened));
            }
            router = mount(router, endpoint, policy, keys.as_ref());
        }
        let discovery = discovery::endpoint(paths);
        let policy = self.access.of(discovery::ID, false);
        if policy.enabled {
            router = mount(router, discovery, policy, keys.as_ref());
        }
        let fallback = Gate {
            keys,
            id: discovery::ID.into(),
            sensitivity: Sensitivity::Plain,
            exposure: Exposure::Read,
            changes: false,
        };
        let not_found = async || Problem::not_found("there is no such endpoint; GET / lists them");
        let mut router =
            router.fallback_service(any(not_found).layer(from_fn_with_state(fallback, Gate::pass)));
        if let Some(requests) = self.requests {
            router = router.layer(measured(requests)?);
        }
        Ok(router.layer(map_response(mark)))
    }
}

/// Adds the routes of an endpoint, each behind a gate.
fn mount(
    router: Router,
    endpoint: Endpoint,
    policy: Policy,
    keys: Option<&MasterKeyLayer>,
) -> Router {
    let id: Arc<str> = endpoint.id.into();
    endpoint.routes.into_iter().fold(router, |router, route| {
        let gate = Gate {
            keys: keys.cloned(),
            id: Arc::clone(&id),
            sensitivity: policy.sensitivity,
            exposure: route.exposure,
            changes: route.change.is_some() && !policy.read_only,
        };
        let path = route.path.clone();
        let methods = route.into_method_router(policy.read_only);
        router.route(&path, methods.layer(from_fn_with_state(gate, Gate::pass)))
    })
}

fn measured(requests: RequestMetricsBuilder) -> Result<RequestMetricsLayer<Axum>, ManagementError> {
    let requests = requests.constant_label("server", "management").build();
    let requests = requests.map_err(|e| ManagementError::new(e.to_string()))?;
    Ok(requests.for_host(Axum))
}

/// Marks every response, including refusals. It runs outside the router's own request metrics, so that
/// those of the app around it do not count the request again.
async fn mark(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response.extensions_mut().insert(Unmetered);
    response
}

#[cfg(test)]
mod tests;
