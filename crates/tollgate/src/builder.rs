//! What a suite can be told in code.

use tollgate_auth::{MasterKeyLayer, MasterKeys};
use tollgate_axum::{Axum, check_path};
use tollgate_http::{RequestMetricsBuilder, RequestMetricsLayer};

use crate::{
    Error, ErrorKind, Tollgate, recorder::Recorded, settings::Environment, suite::Enabled,
};

const DEFAULT_ENDPOINT: &str = "/metrics";

/// Builds a [`Tollgate`].
///
/// What is set later wins, so [`env`](Self::env) after the application's own defaults lets the
/// environment override them.
///
/// # Examples
///
/// ```
/// use tollgate::{MasterKeys, Tollgate};
///
/// let tollgate = Tollgate::builder()
///     .enabled(true)
///     .endpoint("/internal/prometheus")
///     .master_keys(MasterKeys::new(["correct-horse-battery-staple"])?)
///     .env()?
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct TollgateBuilder {
    enabled: bool,
    endpoint: Option<String>,
    master_keys: Option<MasterKeys>,
    requests: Option<RequestMetricsBuilder>,
}

impl TollgateBuilder {
    /// Collects and serves metrics, or does neither (the default).
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Serves the metrics at this path, `/metrics` unless given.
    pub fn endpoint(mut self, path: impl Into<String>) -> Self {
        self.endpoint = Some(path.into());
        self
    }

    /// Serves the metrics only to who presents one of these keys, as a bearer token.
    pub fn master_keys(mut self, keys: MasterKeys) -> Self {
        self.master_keys = Some(keys);
        self
    }

    /// Measures requests as described there: namespace, preset, labels, what is left out.
    ///
    /// The suite's recorder tells histograms of sizes by their names: one that is renamed should end
    /// in `_bytes` or `_body_size`, or it gets buckets of seconds.
    pub fn requests(mut self, requests: RequestMetricsBuilder) -> Self {
        self.requests = Some(requests);
        self
    }

    /// Takes from the environment whatever is set there: `METRICS_ENABLED`, `METRICS_ENDPOINT`,
    /// `MASTER_KEY`, `MASTER_KEY_FILE`. An empty variable counts as not set.
    ///
    /// # Errors
    ///
    /// If a variable has a value that is not accepted. The message names the variable, the value
    /// (never a key) and what is accepted.
    pub fn env(mut self) -> Result<Self, Error> {
        let environment = Environment::read()?;
        self.enabled = environment.enabled.unwrap_or(self.enabled);
        self.endpoint = environment.endpoint.or(self.endpoint);
        self.master_keys = environment.master_keys.or(self.master_keys);
        Ok(self)
    }

    /// Builds the suite. If it is enabled, this installs the global recorder, or joins the one that
    /// an earlier suite installed.
    ///
    /// # Errors
    ///
    /// If the endpoint is not a path that can be mounted, if the request metrics are not
    /// consistent, or if another recorder is installed in this process.
    pub fn build(self) -> Result<Tollgate, Error> {
        let endpoint = self.endpoint.unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned());
        check_path(&endpoint)
            .map_err(|e| Error::from_source(ErrorKind::Endpoint, e.to_string(), e))?;
        if !self.enabled {
            tracing::info!("prometheus metrics disabled");
            return Ok(Tollgate::disabled());
        }

        let requests = match self.requests {
            Some(builder) => builder
                .build()
                .map_err(|e| Error::from_source(ErrorKind::Requests, e.to_string(), e))?,
            None => RequestMetricsLayer::new(),
        };
        let recorded = Recorded::install()?;
        tracing::info!(%endpoint, "prometheus metrics enabled");
        if self.master_keys.is_none() {
            tracing::warn!(
                %endpoint,
                "prometheus metrics are open to everyone: set MASTER_KEY or MASTER_KEY_FILE"
            );
        }
        Ok(Tollgate::enabled(Enabled {
            endpoint,
            guard: self
                .master_keys
                .map(|keys| MasterKeyLayer::new(keys).realm("metrics")),
            requests: requests.for_host(Axum),
            recorded: recorded.into(),
        }))
    }
}
