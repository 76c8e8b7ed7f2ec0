//! Code and settings, resolved once.

use std::collections::BTreeMap;

use tollgate_axum::MetricsPath;
use tollgate_http::{Metric, RequestMetricsBuilder};
#[cfg(feature = "push")]
use tollgate_push::Push;

use super::{Settings, key::Key, origin::Origin, parsed::Entry, table::Id, value::Value};
use crate::Error;

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
    pub(crate) settings: Settings,
    /// The path of the metrics, with the base path if that is asked for.
    pub(crate) endpoint: MetricsPath,
    pub(crate) requests: RequestMetricsBuilder,
    #[cfg(feature = "push")]
    pub(crate) push: Option<Push>,
}

impl Effective {
    /// Resolves code and settings, and logs the result. `has_endpoints` tells whether there are
    /// management endpoints.
    ///
    /// # Errors
    ///
    /// If a setting that is used is wrong: a disabled suite uses those of its management endpoints. If
    /// the endpoint is not a path that can be mounted, or one that the app reserves.
    pub(crate) fn resolve(
        code: Code,
        mut settings: Settings,
        has_endpoints: bool,
    ) -> Result<Self, Error> {
        for (id, value) in code.values {
            // A source that sets one of two that belong together replaces both of code.
            let together = match id {
                Id::Address | Id::PortRange => [Id::Address, Id::PortRange],
                Id::MasterKey => [Id::MasterKey, Id::MasterKeyFile],
                _ => [id, id],
            };
            if !together.into_iter().any(|id| settings.sets(id)) {
                let entry = Entry::new(Some(value), Origin::Code);
                settings.entries.insert(Key::from(id), entry);
            }
        }
        settings.log();
        let is_enabled = settings.enabled();
        let manages = has_endpoints && {
            settings.judge(|id| id == Id::ManagementAddress)?;
            settings.management_address().is_some()
        };
        settings
            .judge(|id| is_enabled && !id.is_of_the_app() || manages && id.is_of_management())?;
        settings
            .endpoint()
            .parse::<MetricsPath>()
            .map_err(Error::of)?;
        if is_enabled {
            settings.check_reserved()?;
        }
        settings.log_notes();
        if is_enabled || has_endpoints {
            settings.warn_of_no_effect(manages);
        }
        Ok(Self {
            endpoint: settings.whole_endpoint().parse().map_err(Error::of)?,
            requests: requests(code.requests, &settings),
            #[cfg(feature = "push")]
            push: if is_enabled {
                settings.push()?.or(code.push)
            } else {
                None
            },
            settings,
        })
    }
}

impl Settings {
    /// Returns the name under which an operator finds the value of a setting.
    pub(crate) fn name(&self, id: Id) -> String {
        self.entry(id).origin.name(id.setting())
    }

    /// Warns of what the sources have, and nobody uses.
    pub(super) fn log_notes(&self) {
        for note in &self.notes {
            tracing::warn!("{note}");
        }
    }

    /// Returns the bounds that a source gives, which override those of code.
    pub(crate) fn explicit_buckets(&self) -> Option<&[f64]> {
        self.sets(Id::Buckets).then(|| self.buckets())
    }
}

/// Applies namespace and sizes of the settings to the request metrics of code.
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
