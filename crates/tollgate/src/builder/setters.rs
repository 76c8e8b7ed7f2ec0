//! The values that code gives to a suite.

use std::{fmt, future::Future, sync::Arc};

use tollgate_auth::{MasterKeyLayer, MasterKeys};
use tollgate_http::RequestMetricsBuilder;

#[cfg(feature = "management")]
use tollgate_management::ManagementBuilder;
#[cfg(feature = "push")]
use tollgate_push::Push;
#[cfg(feature = "recorder")]
use tollgate_recorder::RecorderBuilder;

#[cfg(feature = "recorder")]
use crate::recording;
use crate::{
    Address, PortRange, Settings,
    enabled::BeforeRender,
    settings::{Code, Id, Value},
};

/// Builds a [`Tollgate`](crate::Tollgate).
///
/// A setting that [`settings`](Self::settings) give explicitly overrides the value given here.
///
/// A setter takes a value; one that begins with `map_` changes a part that the suite makes itself.
///
/// # Examples
///
/// ```
/// use tollgate::{MasterKeys, Settings, Tollgate};
///
/// let tollgate = Tollgate::builder()
///     .enabled(true)
///     .endpoint("/internal/prometheus")
///     .master_keys(MasterKeys::new(["correct-horse-battery-staple"])?)
///     .settings(Settings::load()?)
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct TollgateBuilder {
    pub(super) code: Code,
    pub(super) master_key_layer: Option<SetLayer>,
    #[cfg(feature = "recorder")]
    pub(super) recorder: Option<recording::Setup>,
    pub(super) before_render: Option<BeforeRender>,
    #[cfg(feature = "management")]
    pub(super) management: Option<ManagementBuilder>,
    pub(super) settings: Settings,
}

/// Sets how keys may be presented.
type SetLayer = Box<dyn FnOnce(MasterKeyLayer) -> MasterKeyLayer + Send + Sync>;

impl TollgateBuilder {
    /// Collects and serves metrics, or does neither (the default).
    pub fn enabled(self, enabled: bool) -> Self {
        self.value(Id::Enabled, Value::Switch(enabled))
    }

    /// Serves the metrics at this path, `/metrics` unless given.
    pub fn endpoint(self, path: impl Into<String>) -> Self {
        self.value(Id::Endpoint, Value::Text(path.into()))
    }

    /// Serves the metrics only to who presents one of these keys: as a bearer token, unless
    /// [`map_master_key_layer`](Self::map_master_key_layer) says more.
    pub fn master_keys(self, keys: MasterKeys) -> Self {
        self.value(Id::MasterKey, Value::MasterKey(keys))
    }

    /// Sets how a key may be presented, wherever the keys come from. Without keys it sets nothing.
    ///
    /// # Examples
    ///
    /// For a Prometheus with `basic_auth`, which presents the key as the password:
    ///
    /// ```
    /// use tollgate::{Settings, Tollgate};
    ///
    /// let tollgate = Tollgate::builder()
    ///     .map_master_key_layer(|layer| layer.basic())
    ///     .settings(Settings::load()?)
    ///     .build()?;
    /// # Ok::<(), tollgate::Error>(())
    /// ```
    pub fn map_master_key_layer(
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
        self.code.requests = requests;
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
    ///     .map_recorder(|recorder| {
    ///         let jobs = Matcher::Suffix("_job_duration_seconds".to_owned());
    ///         recorder
    ///             .global_label("region", "eu")
    ///             .buckets_for(jobs, &[1.0, 10.0, 60.0, 600.0])
    ///     })
    ///     .build()?;
    /// # Ok::<(), tollgate::Error>(())
    /// ```
    #[cfg(feature = "recorder")]
    pub fn map_recorder(
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

    /// Pushes the metrics to a gateway once a job starts to: see
    /// [`Tollgate::pushing`](crate::Tollgate::pushing).
    #[cfg(feature = "push")]
    pub fn push(mut self, push: Push) -> Self {
        self.code.push = Some(push);
        self
    }

    /// Serves the metrics at this address instead of on the app's port, where the endpoint's path is
    /// 404 then.
    ///
    /// It is bound by [`Tollgate::serve`](crate::Tollgate::serve),
    /// [`Tollgate::bind_metrics`](crate::Tollgate::bind_metrics) or
    /// [`Tollgate::serve_metrics`](crate::Tollgate::serve_metrics), not before.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate::{Settings, Tollgate};
    ///
    /// let tollgate = Tollgate::builder()
    ///     .metrics_address("unix:/run/shop/metrics.sock".parse()?)
    ///     .settings(Settings::load()?)
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn metrics_address(self, address: Address) -> Self {
        self.value(Id::Address, Value::Address(address))
    }

    /// Serves the metrics on the first free port of this range, on 127.0.0.1 or on the host of a
    /// [`metrics_address`](Self::metrics_address) with port 0.
    ///
    /// The log and the gauge `tollgate_metrics_port` tell which one that is.
    pub fn metrics_port_range(self, ports: PortRange) -> Self {
        self.value(Id::PortRange, Value::PortRange(ports))
    }

    /// Serves these management endpoints at [`management_address`](Self::management_address), or where
    /// the settings say; without an address they are not served. Also where the metrics are off; where
    /// they are on, the endpoints `metrics` and `prometheus` are added.
    ///
    /// Keys of the suite guard them too, instead of keys that the endpoints have been given.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate::{
    ///     Settings, Tollgate,
    ///     management::{Health, Readiness, management_router},
    /// };
    ///
    /// let health = Health::builder().readiness(&Readiness::new()).build()?;
    /// let tollgate = Tollgate::builder()
    ///     .management(management_router().health(&health))
    ///     .management_address("127.0.0.1:8081".parse()?)
    ///     .settings(Settings::load()?)
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "management")]
    pub fn management(mut self, endpoints: ManagementBuilder) -> Self {
        self.management = Some(endpoints);
        self
    }

    /// Sets where the management endpoints are served. It is bound by
    /// [`Tollgate::serve`](crate::Tollgate::serve) or
    /// [`Tollgate::serve_metrics`](crate::Tollgate::serve_metrics).
    #[cfg(feature = "management")]
    pub fn management_address(self, address: Address) -> Self {
        self.value(Id::ManagementAddress, Value::Address(address))
    }

    /// Takes what settings set over what is set in code; what is a default there does not count.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    fn value(mut self, id: Id, value: Value) -> Self {
        self.code.values.insert(id, value);
        self
    }
}

impl fmt::Debug for TollgateBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TollgateBuilder")
            .field("code", &self.code)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
