//! Building a suite of the values in force.

use tollgate_auth::MasterKeyLayer;
use tollgate_axum::{Axum, Guard};
#[cfg(feature = "management")]
use tollgate_management::MetricsEndpoint;

use super::setters::TollgateBuilder;
#[cfg(any(feature = "management", feature = "push"))]
use crate::enabled::BeforeRender;
#[cfg(feature = "management")]
use crate::listeners::Management;
use crate::{
    Error, Tollgate,
    enabled::Enabled,
    listeners::Target,
    settings::{Effective, Id},
};

impl TollgateBuilder {
    /// Builds the suite. An enabled suite installs the global recorder, or joins the one that an
    /// earlier suite installed.
    ///
    /// # Errors
    ///
    /// If the endpoint is not a path that can be mounted or is one that the app reserves, if the
    /// request metrics are not consistent, if the recorder cannot be installed, or if there is no
    /// client to push with.
    pub fn build(self) -> Result<Tollgate, Error> {
        let effective = Effective::resolve(self.code, self.settings)?;
        let settings = &effective.settings;
        let metrics_listener = Target::metrics(
            settings.named(Id::Address, settings.metrics_address().cloned()),
            settings.named(Id::PortRange, settings.metrics_port_range()),
        )?;
        let set = self
            .master_key_layer
            .unwrap_or_else(|| Box::new(|layer| layer));
        let keys = settings
            .master_keys()
            .map(|keys| set(MasterKeyLayer::new(keys)));
        #[cfg(feature = "management")]
        let management = {
            let address = settings.management_address().cloned();
            let endpoints = self.management;
            let endpoints =
                endpoints.map(|management| management.environment(settings.environment()));
            settings
                .named(Id::ManagementAddress, address)
                .zip(endpoints)
        };
        if !settings.enabled() {
            tracing::info!("prometheus metrics disabled");
            let tollgate = Tollgate::disabled();
            #[cfg(feature = "management")]
            let tollgate = tollgate.with_management(Management::new(management, keys, settings)?);
            return Ok(tollgate);
        }

        let requests = effective
            .requests
            .build()
            .map_err(|e| Error::telling(e.to_string(), e))?;
        let recorded = self.recorder.install(settings.explicit_buckets())?;
        #[cfg(feature = "management")]
        let management = {
            let before_render = self.before_render.as_ref();
            let metrics = MetricsEndpoint::new(recorded.exposition())
                .route(|route| BeforeRender::set(before_render, route));
            let management =
                management.map(|(address, endpoints)| (address, endpoints.metrics(metrics)));
            Management::new(management, keys.clone(), settings)?
        };
        #[cfg(feature = "push")]
        let pusher = match effective.push {
            Some(push) => {
                let push = match self.before_render.clone() {
                    Some(BeforeRender(hook)) => push.before_render(move || hook()),
                    None => push,
                };
                Some(push.build(recorded.exposition())?)
            }
            None => None,
        };
        log_enabled(effective.endpoint.as_str(), keys.is_none());
        let tollgate = Tollgate::enabled(Enabled {
            endpoint: effective.endpoint,
            guard: keys.map_or(Guard::Open, Guard::from),
            requests: requests.for_host(Axum),
            recorded,
            before_render: self.before_render,
            metrics_listener,
            #[cfg(feature = "push")]
            pusher,
        });
        #[cfg(feature = "management")]
        let tollgate = tollgate.with_management(management);
        Ok(tollgate)
    }
}

fn log_enabled(endpoint: &str, is_open: bool) {
    tracing::info!(%endpoint, "prometheus metrics enabled");
    if is_open {
        tracing::warn!(
            %endpoint,
            "prometheus metrics are open to everyone: set MASTER_KEY or MASTER_KEY_FILE"
        );
    }
}
