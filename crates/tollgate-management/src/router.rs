//! The router that is put together.

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
use tollgate_http::{RequestMetricsBuilder, RequestMetricsLayer, Unmetered};

#[cfg(feature = "loggers")]
use crate::Loggers;
use crate::{
    Access, Environment, Health, Info, ManagementError, ManagementErrorKind, Metrics, Readiness,
    access::{Policy, Sensitivity},
    discovery,
    endpoint::{Endpoint, Exposure},
    environment,
    gate::Gate,
    health, ids,
    problem::Problem,
};
#[cfg(feature = "jobs")]
use crate::{Schedule, Tasks};

/// Starts a management router, with nothing but the discovery at `/`.
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

/// Builds a management router: see [`management_router`].
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct ManagementBuilder {
    keys: Option<MasterKeyLayer>,
    access: Access,
    endpoints: Vec<Result<Endpoint, ManagementError>>,
    environment: Option<Environment>,
    requests: Option<RequestMetricsBuilder>,
    readiness: Option<Readiness>,
}

impl ManagementBuilder {
    /// Asks for one of these keys, as a bearer token.
    pub fn master_keys(self, keys: MasterKeys) -> Self {
        self.master_key_layer(MasterKeyLayer::new(keys).realm("management"))
    }

    /// Asks for a key as this layer does.
    pub fn master_key_layer(mut self, keys: MasterKeyLayer) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Sets what is there and for whom.
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Sets what is there and for whom over what [`access`](Self::access) says, where this says
    /// anything: for settings that win over code.
    pub fn override_access(mut self, stronger: Access) -> Self {
        self.access = self.access.overridden(stronger);
        self
    }

    /// The id of the endpoint that a setting means by this name: in any case, and with `_` for what a
    /// variable's name cannot hold.
    ///
    /// # Errors
    ///
    /// If no endpoint that has been added has such an id, or if one could not be added.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_management::{Info, management_router};
    ///
    /// let management = management_router().info(Info::new());
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

    /// Whether it has master keys to ask for.
    pub fn is_guarded(&self) -> bool {
        self.keys.is_some()
    }

    /// Adds the endpoint `health`: `/health`, and below it each group and each check.
    pub fn health(mut self, health: &Health) -> Self {
        self.readiness = health.latch().cloned();
        self.endpoint(Ok(health::endpoint::endpoint(health)))
    }

    /// The latch of the checks that were added, for what begins a graceful shutdown.
    pub fn readiness(&self) -> Option<&Readiness> {
        self.readiness.as_ref()
    }

    /// Adds the endpoint `info`.
    pub fn info(self, info: Info) -> Self {
        self.endpoint(info.into_endpoint())
    }

    /// Adds the endpoint `env`: `/env`, and below it each source by its name. It is sensitive by
    /// nature.
    ///
    /// Where it is there already, these sources come after those, and a list of names to show counts
    /// instead of an earlier one.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(match self.environment.take() {
            Some(earlier) => earlier.followed_by(environment),
            None => environment,
        });
        self
    }

    /// Adds the endpoints `metrics` and `prometheus`, which serve what is given: an
    /// [`Exposition`](tollgate_exposition::Exposition), or [`Metrics`] with more to say of it.
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
    pub fn metrics(self, metrics: impl Into<Metrics>) -> Self {
        match metrics.into().into_endpoints() {
            Ok([metrics, prometheus]) => self.endpoint(Ok(metrics)).endpoint(Ok(prometheus)),
            Err(error) => self.endpoint(Err(error)),
        }
    }

    /// Adds the endpoint `loggers`: `/loggers`, and below it each logger by its name.
    #[cfg(feature = "loggers")]
    pub fn loggers(self, loggers: &Loggers) -> Self {
        self.endpoint(Ok(loggers.endpoint()))
    }

    /// Adds the endpoint that tells what runs.
    #[cfg(feature = "jobs")]
    pub fn tasks(self, tasks: Tasks) -> Self {
        self.endpoint(Ok(tasks.into_endpoint()))
    }

    /// Adds the endpoint that tells what is planned.
    #[cfg(feature = "jobs")]
    pub fn schedule(self, schedule: Schedule) -> Self {
        self.endpoint(Ok(schedule.into_endpoint()))
    }

    /// Measures requests to the router as described there, apart from the app's: every metric gets
    /// the label `server="management"`. Unless this is called they are not measured.
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

    /// Adds an endpoint, or what is wrong with it.
    pub(crate) fn endpoint(mut self, endpoint: Result<Endpoint, ManagementError>) -> Self {
        self.endpoints.push(endpoint);
        self
    }

    /// Builds the router.
    ///
    /// # Errors
    ///
    /// If the access of an endpoint is set that is not there, if two have the same id, if an endpoint
    /// is not consistent in itself, or if the request metrics are not.
    pub fn build(self) -> Result<Router, ManagementError> {
        let environment = self.environment.map(Environment::into_endpoint);
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
        let elsewhere = Gate {
            keys,
            id: discovery::ID.into(),
            sensitivity: Sensitivity::Plain,
            exposure: Exposure::Read,
            changes: false,
        };
        let not_found = async || Problem::not_found("there is no such endpoint; GET / lists them");
        let mut router = router
            .fallback_service(any(not_found).layer(from_fn_with_state(elsewhere, Gate::pass)));
        if let Some(requests) = self.requests {
            router = router.layer(measured(requests)?);
        }
        Ok(router.layer(map_response(mark)))
    }
}

/// Every route gets a gate: there is no other way into the router.
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
    let requests =
        requests.map_err(|e| ManagementError::new(ManagementErrorKind::Requests, e.to_string()))?;
    Ok(requests.for_host(Axum))
}

/// Marks every answer, refusals included. Outside of the layer that measures them here, so that one
/// around the app that the router is nested in does not count them again.
async fn mark(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response.extensions_mut().insert(Unmetered);
    response
}

#[cfg(test)]
mod tests;
