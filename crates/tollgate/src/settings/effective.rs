//! Code and settings, resolved once.

use std::collections::BTreeMap;

use tollgate_auth::MasterKeys;
use tollgate_axum::check_path;
use tollgate_http::{Metric, RequestMetricsBuilder};
#[cfg(feature = "push")]
use tollgate_push::Push;

use super::{Settings, key::Key, origin::Origin, parsed::Entry, reserved, table::Id, value::Value};
use crate::{Address, Error, ErrorKind, PortRange};

/// The values that code gives to the builder.
#[derive(Debug, Default)]
pub(crate) struct Code {
    pub(crate) values: BTreeMap<Id, Value>,
    pub(crate) requests: RequestMetricsBuilder,
    #[cfg(feature = "push")]
    pub(crate) push: Option<Push>,
}

/// The values in force. A setting that is given explicitly overrides code; a default does not.
pub(crate) struct Effective {
    pub(crate) enabled: bool,
    /// The path of the metrics, with the base path.
    pub(crate) endpoint: String,
    pub(crate) master_keys: Option<MasterKeys>,
    pub(crate) metrics_address: Option<Named<Address>>,
    pub(crate) metrics_port_range: Option<Named<PortRange>>,
    #[cfg(feature = "management")]
    pub(crate) management_address: Option<Named<Address>>,
    pub(crate) requests: RequestMetricsBuilder,
    /// The bounds of the settings.
    pub(crate) buckets: Option<Vec<f64>>,
    #[cfg(feature = "push")]
    pub(crate) push: Option<Push>,
    #[cfg(feature = "management")]
    pub(crate) settings: Settings,
}

/// A value with the name under which an operator finds it.
#[derive(Debug, Clone)]
pub(crate) struct Named<T> {
    pub(crate) value: T,
    pub(crate) name: String,
}

impl Effective {
    /// Resolves code and settings, and logs the result.
    ///
    /// # Errors
    ///
    /// If the endpoint is not a path that can be mounted, or one that the app reserves.
    pub(crate) fn resolve(code: Code, mut settings: Settings) -> Result<Self, Error> {
        for (id, value) in code.values {
            // A source that sets one of these replaces both of code.
            let together = match id {
                Id::Address | Id::PortRange => [Id::Address, Id::PortRange],
                Id::MasterKey => [Id::MasterKey, Id::MasterKeyFile],
                _ => [id, id],
            };
            if !together.into_iter().any(|id| settings.sets(id)) {
                settings.entries.insert(
                    Key::Setting(id),
                    Entry {
                        value: Some(value),
                        origin: Origin::Code,
                        is_veiled: false,
                    },
                );
            }
        }
        settings.log();
        let endpoint = settings.endpoint();
        check_path(endpoint).map_err(|e| Error::telling(ErrorKind::Endpoint, e.to_string(), e))?;
        settings.check_reserved()?;
        Ok(Self {
            enabled: settings.enabled(),
            endpoint: reserved::joined(settings.base_path(), endpoint),
            master_keys: settings.master_keys(),
            metrics_address: settings.named(Id::Address, settings.metrics_address().cloned()),
            metrics_port_range: settings.named(Id::PortRange, settings.metrics_port_range()),
            #[cfg(feature = "management")]
            management_address: settings.named(
                Id::ManagementAddress,
                settings.management_address().cloned(),
            ),
            requests: requests(code.requests, &settings),
            buckets: settings
                .sets(Id::Buckets)
                .then(|| settings.buckets().to_vec()),
            #[cfg(feature = "push")]
            push: settings.push()?.or(code.push),
            #[cfg(feature = "management")]
            settings,
        })
    }
}

impl Settings {
    fn named<T>(&self, id: Id, value: Option<T>) -> Option<Named<T>> {
        let name = self.entry(id).origin.name(id.setting());
        value.map(|value| Named { value, name })
    }
}

/// The request metrics of code, with the namespace and the sizes of the settings.
fn requests(code: RequestMetricsBuilder, settings: &Settings) -> RequestMetricsBuilder {
    let requests = match settings.namespace() {
        Some(namespace) => code.namespace(namespace.to_owned()),
        None => code,
    };
    match (settings.sets(Id::BodySizes), settings.body_sizes()) {
        (true, true) => requests.body_sizes(),
        (true, false) => requests
            .without(Metric::RequestSize)
            .without(Metric::ResponseSize),
        (false, _) => requests,
    }
}
