//! The management router.

use std::{collections::BTreeMap, sync::Arc};

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
use tollgate_axum::{Axum, Guard, MetricsRoute};
#[cfg(feature = "jobs")]
use tollgate_collectors::{Jobs, Scheduler};
use tollgate_exposition::Exposition;
use tollgate_http::{RequestMetricsBuilder, Unmetered};

#[cfg(feature = "jobs")]
use crate::jobs;
#[cfg(feature = "loggers")]
use crate::loggers::{self, Loggers};
use crate::{
    Access, BuildError, Health, InfoEndpoint, PropertySource, Readiness,
    access::{Policy, Sensitivity},
    discovery,
    endpoint::{Endpoint, Exposure},
    environment,
    gate::Gate,
    health, ids, metrics,
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
    access: BTreeMap<String, Access>,
    endpoints: Vec<Endpoint>,
    /// Sources of `/env`, the strongest first.
    sources: Option<Vec<PropertySource>>,
    shown: Vec<String>,
    requests: Option<RequestMetricsBuilder>,
    health: Option<Health>,
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

    /// Sets the access to the endpoint with this id, or to `all`. A later call replaces the settings that
    /// it has.
    ///
    /// An endpoint without a setting of its own has that of `all`, with one exception: an endpoint that is
    /// sensitive by nature, such as `env`, is opened only by its own name.
    ///
    /// # Examples
    ///
    /// All endpoints are read-only, and the discovery is off, once its name is right:
    ///
    /// ```
    /// use tollgate_management::{Access, management_router};
    ///
    /// let management = management_router()
    ///     .access("all", Access::new().read_only(true))
    ///     .access("discovry", Access::new().enabled(false));
    /// assert_eq!(
    ///     management.build().unwrap_err().to_string(),
    ///     r#"there is no endpoint "discovry": write "discovery" if that is meant"#,
    /// );
    /// ```
    pub fn access(mut self, id: impl Into<String>, access: Access) -> Self {
        let own = self.access.entry(id.into()).or_default();
        *own = own.overridden(access);
        self
    }

    // For the suite, whose settings name endpoints by variables: in any case, with `_` for characters
    // that a variable's name cannot hold.
    #[doc(hidden)]
    pub fn find_endpoint(&self, name: &str) -> Result<&str, BuildError> {
        let environment = self.sources.iter().map(|_| environment::ID);
        let added = self.endpoints.iter().map(|endpoint| &*endpoint.id);
        ids::meant(name, added.chain(environment))
    }

    /// Returns whether the router requires master keys.
    pub fn is_guarded(&self) -> bool {
        self.keys.is_some()
    }

    /// Adds the endpoint `health`: `/health`, with a path below it for each group and each check.
    pub fn health(mut self, health: &Health) -> Self {
        self.health = Some(health.clone());
        self.endpoint(health::endpoint::endpoint(health))
    }

    /// Returns the latch of the health checks, for a graceful shutdown.
    pub fn readiness(&self) -> Option<&Readiness> {
        self.health.as_ref()?.readiness.as_ref()
    }

    // For the suite, whose scrapes run the checks.
    #[doc(hidden)]
    pub fn checks(&self) -> Option<&Health> {
        self.health.as_ref()
    }

    /// Adds the endpoint `info`.
    pub fn info(self, info: InfoEndpoint) -> Self {
        self.endpoint(info.endpoint())
    }

    /// Adds the endpoint `env`: `/env`, the properties in force by their sources, the strongest first, with
    /// a path below it for each source. It is sensitive by nature. A second call adds weaker sources.
    ///
    /// Every value is `*****`, except those of the [properties to show](Self::show_properties). A
    /// [secret](PropertySource::secret) is always masked.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_management::{PropertySource, management_router};
    ///
    /// let shop = PropertySource::new("shop.toml")
    ///     .property("cart.size", 20)
    ///     .secret("bank.password");
    /// let management = management_router()
    ///     .environment([shop])
    ///     .show_properties(["cart.size"])
    ///     .build()?;
    /// # Ok::<(), tollgate_management::BuildError>(())
    /// ```
    pub fn environment(mut self, sources: impl IntoIterator<Item = PropertySource>) -> Self {
        self.sources.get_or_insert_default().extend(sources);
        self
    }

    /// Shows the values of these properties only, in all sources of `/env`. Names have no case, and `_`
    /// stands for `-` and `.`: `CART_SIZE` is `cart.size` too.
    ///
    /// A property that is a secret in one source is masked in all of them.
    pub fn show_properties<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.shown = names.into_iter().map(Into::into).collect();
        self
    }

    /// Adds the endpoints `metrics` and `prometheus`, which serve an exposition:
    ///
    /// - `/metrics` answers as a [`MetricsRoute`] does, in every format that the exposition offers.
    ///   `Accept: application/json` gets the sorted names of all metrics.
    /// - `/metrics/{name}?tag=key:value` is one metric, summed over the series with all of the tags, and
    ///   the tags that tell these series apart.
    /// - `/prometheus` is the text, whatever is accepted.
    pub fn metrics<E: Exposition>(self, exposition: E) -> Self {
        self.metrics_route(MetricsRoute::new(exposition, Guard::Open))
    }

    /// Adds the endpoints as [`metrics`](Self::metrics) does, with the hook, limits and timeout of this
    /// route. Its guard is left out: the [access](Self::access) of the endpoints stands in its place.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use tollgate_axum::{Guard, MetricsRoute};
    /// use tollgate_exposition::Exposition;
    /// use tollgate_management::{ManagementBuilder, management_router};
    ///
    /// fn management(exposition: impl Exposition) -> ManagementBuilder {
    ///     let route = MetricsRoute::new(exposition, Guard::Open)
    ///         .before_render(async || metrics::gauge!("orders_waiting").set(3))
    ///         .timeout(Duration::from_secs(5));
    ///     management_router().metrics_route(route)
    /// }
    /// ```
    pub fn metrics_route(mut self, route: MetricsRoute) -> Self {
        self.endpoints
            .extend(metrics::endpoints(route.into_reader()));
        self
    }

    /// Adds the endpoint `loggers`: `/loggers`, with a path below it for each logger.
    #[cfg(feature = "loggers")]
    pub fn loggers(self, loggers: &Loggers) -> Self {
        self.endpoint(loggers::endpoint(loggers))
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
    /// # Ok::<(), tollgate_management::BuildError>(())
    /// ```
    #[cfg(feature = "jobs")]
    pub fn tasks(self, id: impl Into<String>, jobs: &Jobs) -> Self {
        self.endpoint(jobs::tasks(id.into(), jobs.clone()))
    }

    /// Adds an endpoint at `/{id}`, such as `schedule`, for the schedules that [`Scheduler`] keeps a list
    /// of, the next one first.
    #[cfg(feature = "jobs")]
    pub fn schedule(self, id: impl Into<String>, scheduler: &Scheduler) -> Self {
        self.endpoint(jobs::schedule(id.into(), scheduler.clone()))
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
    /// # Ok::<(), tollgate_management::BuildError>(())
    /// ```
    pub fn requests(mut self, requests: RequestMetricsBuilder) -> Self {
        self.requests = Some(requests);
        self
    }

    pub(crate) fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoints.push(endpoint);
        self
    }

    /// Builds the router.
    ///
    /// # Errors
    ///
    /// If an endpoint is not valid, if two have the same id, if access is set for an unknown one, or if
    /// the request metrics are not valid.
    pub fn build(self) -> Result<Router, BuildError> {
        let environment = self.sources.as_deref();
        let environment = environment.map(|sources| environment::endpoint(sources, &self.shown));
        let endpoints: Vec<_> = self.endpoints.into_iter().chain(environment).collect();
        if let Some(fault) = endpoints.iter().find_map(|endpoint| endpoint.fault.clone()) {
            return Err(fault);
        }
        let ids = endpoints.iter().map(|endpoint| &*endpoint.id);
        ids::check(ids, self.access.keys().map(String::as_str))?;

        let keys = self.keys.as_ref();
        let policy = |endpoint: &Endpoint| {
            let access = |id: &str| self.access.get(id).copied().unwrap_or_default();
            access(&endpoint.id).policy(access(ids::ALL), endpoint.sensitive)
        };
        let mut router = Router::new();
        let mut paths = discovery::Paths::new();
        for endpoint in endpoints {
            let policy = policy(&endpoint);
            let own = self.access.get(&endpoint.id).copied().unwrap_or_default();
            warn(&endpoint, own, policy, keys.is_some());
            if policy.enabled && (keys.is_some() || policy.sensitivity != Sensitivity::Sensitive) {
                let opened = policy.sensitivity == Sensitivity::Opened;
                paths.extend(endpoint.links(keys.is_some() || opened));
            }
            router = mount(router, endpoint, policy, keys);
        }
        let discovery = discovery::endpoint(paths);
        let policy = policy(&discovery);
        router = mount(router, discovery, policy, keys);
        let fallback = Gate {
            keys: keys.cloned(),
            id: discovery::ID.into(),
            sensitivity: Sensitivity::Plain,
            exposure: Exposure::Read,
            changes: false,
        };
        let not_found = async || Problem::not_found("there is no such endpoint; GET / lists them");
        router =
            router.fallback_service(any(not_found).layer(from_fn_with_state(fallback, Gate::pass)));
        if let Some(requests) = self.requests {
            let requests = requests.constant_label("server", "management").build()?;
            router = router.layer(requests.for_host(Axum));
        }
        Ok(router.layer(map_response(mark)))
    }
}

/// Warns of access without an effect, and of access that has more than its name says.
fn warn(endpoint: &Endpoint, own: Access, policy: Policy, has_keys: bool) {
    let id = &endpoint.id;
    let mut routes = endpoint.routes.iter();
    let has_summary = routes
        .clone()
        .any(|route| route.exposure == Exposure::Summary);
    let is_closed = policy.enabled && policy.sensitivity == Sensitivity::Sensitive;
    if is_closed && own.sensitive.is_none() && has_summary {
        tracing::warn!(
            "management.all.sensitive closes {id} to probes without a key: set \
             management.{id}.sensitive to false to keep its summaries open"
        );
    }
    if has_keys && own.sensitive == Some(false) && !has_summary {
        tracing::warn!("management.{id}.sensitive is without effect: a master key guards {id}");
    }
    if own.read_only.is_some() && routes.all(|route| route.change.is_none()) {
        tracing::warn!("management.{id}.read_only is without effect: {id} changes nothing");
    }
}

/// Adds the routes of an endpoint that is enabled, each behind a gate.
fn mount(
    router: Router,
    endpoint: Endpoint,
    policy: Policy,
    keys: Option<&MasterKeyLayer>,
) -> Router {
    if !policy.enabled {
        return router;
    }
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
