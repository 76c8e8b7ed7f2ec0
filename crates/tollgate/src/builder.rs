//! What a suite can be told in code.

use std::{fmt, future::Future, sync::Arc};

use tollgate_auth::{MasterKeyLayer, MasterKeys};
use tollgate_axum::{Axum, Guard, check_path};
use tollgate_http::{RequestMetricsBuilder, RequestMetricsLayer};

#[cfg(feature = "recorder")]
use tollgate_recorder::RecorderBuilder;

use crate::{
    Address, Error, ErrorKind, PortRange, Tollgate,
    listeners::Target,
    recording,
    settings::Environment,
    suite::{BeforeRender, Enabled},
};
#[cfg(feature = "push")]
use crate::{Push, push::Gateway};

const DEFAULT_ENDPOINT: &str = "/metrics";

/// Builds a [`Tollgate`].
///
/// With [`env`](Self::env), what the environment sets wins over what is set here.
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
///     .env()
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct TollgateBuilder {
    enabled: bool,
    endpoint: Option<String>,
    master_keys: Option<MasterKeys>,
    master_key_layer: Option<Box<dyn FnOnce(MasterKeyLayer) -> MasterKeyLayer + Send + Sync>>,
    requests: Option<RequestMetricsBuilder>,
    #[cfg(feature = "recorder")]
    recorder: Option<Box<dyn FnOnce(RecorderBuilder) -> RecorderBuilder + Send + Sync>>,
    before_render: Option<BeforeRender>,
    metrics_address: Option<Address>,
    metrics_port_range: Option<PortRange>,
    #[cfg(feature = "push")]
    push: Option<Push>,
    env: bool,
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

    /// Serves the metrics only to who presents one of these keys: as a bearer token, unless
    /// [`master_key_layer`](Self::master_key_layer) says more.
    pub fn master_keys(mut self, keys: MasterKeys) -> Self {
        self.master_keys = Some(keys);
        self
    }

    /// Sets how a key may be presented, wherever the keys come from. Without keys it sets nothing.
    ///
    /// # Examples
    ///
    /// For a Prometheus with `basic_auth`, which presents the key as the password:
    ///
    /// ```
    /// use tollgate::Tollgate;
    ///
    /// let tollgate = Tollgate::builder()
    ///     .master_key_layer(|layer| layer.basic())
    ///     .env()
    ///     .build()?;
    /// # Ok::<(), tollgate::Error>(())
    /// ```
    pub fn master_key_layer(
        mut self,
        set: impl FnOnce(MasterKeyLayer) -> MasterKeyLayer + Send + Sync + 'static,
    ) -> Self {
        self.master_key_layer = Some(Box::new(set));
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

    /// Sets up the recorder, which counts in buckets of seconds, and of bytes where a name says so.
    ///
    /// A process has one recorder: what a later suite says here comes too late.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate::{Tollgate, recorder::Matcher};
    ///
    /// let tollgate = Tollgate::builder()
    ///     .enabled(true)
    ///     .recorder(|recorder| {
    ///         let jobs = Matcher::Suffix("_job_duration_seconds".to_owned());
    ///         recorder
    ///             .global_label("region", "eu")
    ///             .buckets_for(jobs, &[1.0, 10.0, 60.0, 600.0])
    ///     })
    ///     .build()?;
    /// # Ok::<(), tollgate::Error>(())
    /// ```
    #[cfg(feature = "recorder")]
    pub fn recorder(
        mut self,
        set: impl FnOnce(RecorderBuilder) -> RecorderBuilder + Send + Sync + 'static,
    ) -> Self {
        self.recorder = Some(Box::new(set));
        self
    }

    /// Does this before the metrics are rendered, for values that have to be asked for: see
    /// [`MetricsRoute::before_render`](crate::mount::MetricsRoute::before_render).
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate::Tollgate;
    ///
    /// let tollgate = Tollgate::builder()
    ///     .before_render(async || tollgate::metrics::gauge!("orders_waiting").set(3))
    ///     .build()?;
    /// # Ok::<(), tollgate::Error>(())
    /// ```
    pub fn before_render<F, R>(mut self, hook: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        self.before_render = Some(BeforeRender(Arc::new(move || Box::pin(hook()))));
        self
    }

    /// Pushes the metrics to a gateway once a job starts to: see [`Tollgate::pushing`].
    #[cfg(feature = "push")]
    pub fn push(mut self, push: Push) -> Self {
        self.push = Some(push);
        self
    }

    /// Serves the metrics at this address instead of on the app's port, where the endpoint's path is
    /// 404 then.
    ///
    /// It is bound by [`Tollgate::serve`], [`Tollgate::bind_metrics`] or
    /// [`Tollgate::serve_metrics`], not before.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate::Tollgate;
    ///
    /// let tollgate = Tollgate::builder()
    ///     .metrics_address("unix:/run/shop/metrics.sock".parse()?)
    ///     .env()
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn metrics_address(mut self, address: Address) -> Self {
        self.metrics_address = Some(address);
        self
    }

    /// Serves the metrics on the first free port of this range, on 127.0.0.1 or on the host of a
    /// [`metrics_address`](Self::metrics_address) with port 0.
    ///
    /// The log and the gauge `tollgate_metrics_port` tell which one that is.
    pub fn metrics_port_range(mut self, ports: PortRange) -> Self {
        self.metrics_port_range = Some(ports);
        self
    }

    /// Lets the environment override what is set in code: `METRICS_ENABLED`, `METRICS_ENDPOINT`,
    /// `MASTER_KEY`, `MASTER_KEY_FILE`. An empty variable counts as not set.
    ///
    /// The variables are read by [`build`](Self::build), so that it does not matter where in the
    /// chain this stands.
    pub fn env(mut self) -> Self {
        self.env = true;
        self
    }

    /// Builds the suite. If it is enabled, this installs the global recorder, or joins the one that
    /// an earlier suite installed.
    ///
    /// # Errors
    ///
    /// If variables have values that are not accepted: the message has a line for each, which names
    /// the variable, the value (never a key) and what is accepted. If the endpoint is not a path
    /// that can be mounted, if the request metrics are not consistent, if the recorder cannot be
    /// installed, or if there is no client to push with.
    pub fn build(self) -> Result<Tollgate, Error> {
        let environment = if self.env {
            Environment::read()?
        } else {
            Environment::default()
        };
        let endpoint = environment.endpoint.or(self.endpoint);
        let endpoint = endpoint.unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned());
        check_path(&endpoint).map_err(|e| Error::telling(ErrorKind::Endpoint, e.to_string(), e))?;
        if !environment.enabled.unwrap_or(self.enabled) {
            tracing::info!("prometheus metrics disabled");
            return Ok(Tollgate::disabled());
        }
        let metrics_listener = Target::new(self.metrics_address, self.metrics_port_range)?;

        let requests = match self.requests {
            Some(builder) => builder
                .build()
                .map_err(|e| Error::telling(ErrorKind::Requests, e.to_string(), e))?,
            None => RequestMetricsLayer::new(),
        };
        #[cfg(feature = "recorder")]
        let recorded = recording::install(match self.recorder {
            Some(set) => set(recording::builder()),
            None => recording::builder(),
        })?;
        #[cfg(not(feature = "recorder"))]
        let recorded = recording::install()?;
        let recorded = Arc::new(recorded);
        #[cfg(feature = "push")]
        let gateway = match self.push {
            Some(push) => {
                let gateway =
                    Gateway::new(push, Arc::clone(&recorded) as _, self.before_render.clone())?;
                Some(Arc::new(gateway))
            }
            None => None,
        };
        tracing::info!(%endpoint, "prometheus metrics enabled");
        let master_keys = environment.master_keys.or(self.master_keys);
        if master_keys.is_none() {
            tracing::warn!(
                %endpoint,
                "prometheus metrics are open to everyone: set MASTER_KEY or MASTER_KEY_FILE"
            );
        }
        Ok(Tollgate::enabled(Enabled {
            endpoint,
            guard: master_keys.map_or(Guard::Open, |keys| {
                let layer = MasterKeyLayer::new(keys);
                let layer = match self.master_key_layer {
                    Some(set) => set(layer),
                    None => layer,
                };
                layer.into()
            }),
            requests: requests.for_host(Axum),
            recorded,
            before_render: self.before_render,
            metrics_listener,
            #[cfg(feature = "push")]
            gateway,
        }))
    }
}

impl fmt::Debug for TollgateBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TollgateBuilder")
            .field("enabled", &self.enabled)
            .field("endpoint", &self.endpoint)
            .field("master_keys", &self.master_keys)
            .field("requests", &self.requests)
            .field("metrics_address", &self.metrics_address)
            .field("metrics_port_range", &self.metrics_port_range)
            .field("env", &self.env)
            .finish_non_exhaustive()
    }
}
