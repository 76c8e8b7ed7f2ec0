//! The setters of the builder.

use std::{fmt, future::Future, ops::RangeInclusive, sync::Arc};

use tollgate_auth::{MasterKeyLayer, MasterKeys};
use tollgate_http::RequestMetricsBuilder;

#[cfg(feature = "management")]
use tollgate_management::ManagementBuilder;
#[cfg(feature = "push")]
use tollgate_push::Push;
use tollgate_recorder::RecorderBuilder;

use crate::{
    Address, Settings,
    enabled::BeforeRender,
    recording::Choice,
    settings::{Code, Id, Value},
};

/// A builder of a [`Tollgate`](crate::Tollgate).
///
/// A setting that [`settings`](Self::settings) give explicitly overrides the value given here.
///
/// A setter takes a value; one that begins with `map_` changes a part that the suite makes itself.
///
/// # Examples
///
/// ```
/// use tollgate::{Settings, Tollgate, auth::MasterKeys};
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
    pub(super) recorder: Choice,
    pub(super) before_render: Option<BeforeRender>,
    #[cfg(feature = "management")]
    pub(super) management: Option<ManagementBuilder>,
    pub(super) settings: Settings,
}

/// A change of the ways to present a key.
type SetLayer = Box<dyn FnOnce(MasterKeyLayer) -> MasterKeyLayer + Send + Sync>;

impl TollgateBuilder {
    /// Collects and serves metrics, or does neither (the default).
    pub fn enabled(self, enabled: bool) -> Self {
        self.value(Id::Enabled, Value::Switch(enabled))
    }

    /// Serves the metrics at this path instead of `/metrics`.
    pub fn endpoint(self, path: impl Into<String>) -> Self {
        self.value(Id::Endpoint, Value::Text(path.into()))
    }

    /// Serves the metrics only to holders of one of these keys. They present it as a bearer token, or
    /// in another way that [`map_master_key_layer`](Self::map_master_key_layer) adds.
    pub fn master_keys(self, keys: MasterKeys) -> Self {
        self.value(Id::MasterKey, Value::MasterKey(keys))
    }

    /// Changes the ways to present a key, whether the keys come from code or from settings. Without
    /// keys it changes nothing.
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

    /// Measures requests with this namespace, preset, labels and omissions.
    pub fn requests(mut self, requests: RequestMetricsBuilder) -> Self {
        self.code.requests = requests;
        self
    }

    /// Changes the settings of tollgate's own recorder.
    ///
    /// A process has one recorder: a later suite changes nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate::{Tollgate, recorder::Matcher};
    ///
    /// let tollgate = Tollgate::builder()
    ///     .enabled(true)
    ///     .map_recorder(|recorder| {
    ///         let imports = Matcher::Suffix("_import_seconds".to_owned());
    ///         recorder
    ///             .constant_label("region", "eu")
    ///             .buckets_for(imports, &[1.0, 10.0, 60.0, 600.0])
    ///     })
    ///     .build()?;
    /// # Ok::<(), tollgate::Error>(())
    /// ```
    pub fn map_recorder(
        mut self,
        set: impl FnOnce(RecorderBuilder) -> RecorderBuilder + Send + Sync + 'static,
    ) -> Self {
        self.recorder = Choice::Own(Box::new(set));
        self
    }

    /// Keeps the metrics in the recorder of metrics-exporter-prometheus instead of tollgate's own.
    ///
    /// It serves text only, needs a thread for its upkeep, and knows bucket bounds by name: a renamed
    /// histogram that is not in the unit of its default has the bounds of seconds.
    #[cfg(feature = "metrics-exporter-prometheus")]
    pub fn metrics_exporter_prometheus(mut self) -> Self {
        self.recorder = Choice::Stock;
        self
    }

    /// Runs this hook before the metrics are rendered, for values that are read on demand: see
    /// [`MetricsRoute::before_render`](crate::axum::MetricsRoute::before_render).
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
        self.before_render = Some(Arc::new(move || Box::pin(hook())));
        self
    }

    /// Pushes the metrics to this gateway while a job runs: see
    /// [`Tollgate::pushing`](crate::Tollgate::pushing).
    #[cfg(feature = "push")]
    pub fn push(mut self, push: Push) -> Self {
        self.code.push = Some(push);
        self
    }

    /// Serves the metrics at this address instead of on the app's port, which answers 404 at the
    /// endpoint's path then.
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
    /// For several processes of a kind on one machine, each of which is scraped. The log and the gauge
    /// `tollgate_metrics_port` have the port.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate::Tollgate;
    ///
    /// let tollgate = Tollgate::builder().metrics_port_range(8001..=8049).build()?;
    /// # Ok::<(), tollgate::Error>(())
    /// ```
    pub fn metrics_port_range(self, ports: RangeInclusive<u16>) -> Self {
        self.value(Id::PortRange, Value::PortRange(ports))
    }

    /// Serves these management endpoints at [`management_address`](Self::management_address), or at the
    /// address of the settings; without an address they are not served. A disabled suite serves them
    /// too; an enabled one adds the endpoints `metrics` and `prometheus`.
    ///
    /// The suite's keys guard them, and replace keys that the endpoints have.
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

    /// Serves the management endpoints at this address. It is bound by
    /// [`Tollgate::serve`](crate::Tollgate::serve) or
    /// [`Tollgate::serve_metrics`](crate::Tollgate::serve_metrics).
    #[cfg(feature = "management")]
    pub fn management_address(self, address: Address) -> Self {
        self.value(Id::ManagementAddress, Value::Address(address))
    }

    /// Applies these settings. Values set explicitly override the builder; defaults do not.
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
