//! From what code and settings say to a suite.

use std::sync::Arc;

use tollgate_auth::MasterKeyLayer;
use tollgate_axum::{Axum, Guard, check_path};
#[cfg(feature = "push")]
use tollgate_axum::{Exposition, Format, RenderRequest};

#[cfg(feature = "management")]
use tollgate_management::Metrics;

use super::TollgateBuilder;
#[cfg(any(feature = "management", feature = "push"))]
use crate::enabled::BeforeRender;
#[cfg(feature = "management")]
use crate::listeners::Management;
use crate::{
    Error, ErrorKind, Tollgate,
    enabled::Enabled,
    listeners::Target,
    measuring, recording,
    settings::{Id, joined},
};

impl TollgateBuilder {
    /// Builds the suite. If it is enabled, this installs the global recorder, or joins the one that
    /// an earlier suite installed.
    ///
    /// # Errors
    ///
    /// If the endpoint is not a path that can be mounted or is one that the app reserves, if the
    /// request metrics are not consistent, if the recorder cannot be installed, or if there is no
    /// client to push with.
    pub fn build(self) -> Result<Tollgate, Error> {
        let settings = self.settings.unwrap_or_default();
        let enabled = self.enabled.filter(|_| !settings.sets(Id::Enabled));
        let endpoint = self.endpoint.filter(|_| !settings.sets(Id::Endpoint));
        let master_keys = self
            .master_keys
            .filter(|_| settings.master_keys().is_none());
        let own_listener = settings.sets(Id::Address) || settings.sets(Id::PortRange);
        let address = self.metrics_address.filter(|_| !own_listener);
        let ports = self.metrics_port_range.filter(|_| !own_listener);
        #[cfg(feature = "management")]
        let management_address = self
            .management_address
            .filter(|_| !settings.sets(Id::ManagementAddress));
        let by_code = [
            (Id::Enabled, enabled.map(|enabled| enabled.to_string())),
            (Id::Endpoint, endpoint.clone()),
            (Id::Address, address.as_ref().map(ToString::to_string)),
            (Id::PortRange, ports.as_ref().map(ToString::to_string)),
            (Id::MasterKey, master_keys.as_ref().map(|_| "***".into())),
            #[cfg(feature = "management")]
            (
                Id::ManagementAddress,
                management_address.as_ref().map(ToString::to_string),
            ),
        ];
        settings.log(&by_code);
        let master_keys = master_keys.or(settings.master_keys());
        let set = self
            .master_key_layer
            .unwrap_or_else(|| Box::new(|layer| layer));
        let keys = master_keys.map(|keys| set(MasterKeyLayer::new(keys)));
        #[cfg(feature = "management")]
        let management = {
            let address = management_address.or_else(|| settings.management_address().cloned());
            let endpoints = self.management;
            let environment = || settings.environment(&by_code);
            address.zip(endpoints.map(|endpoints| endpoints.environment(environment())))
        };

        let endpoint = endpoint.as_deref().unwrap_or(settings.endpoint());
        check_path(endpoint).map_err(|e| Error::telling(ErrorKind::Endpoint, e.to_string(), e))?;
        settings.check_reserved(endpoint)?;
        let metrics_listener = Target::new(
            address.or_else(|| settings.metrics_address().cloned()),
            ports.or(settings.metrics_port_range()),
            &settings,
        )?;
        if !enabled.unwrap_or(settings.enabled()) {
            tracing::info!("prometheus metrics disabled");
            let tollgate = Tollgate::disabled();
            #[cfg(feature = "management")]
            let tollgate = tollgate.with_management(Management::new(management, keys, &settings)?);
            return Ok(tollgate);
        }

        let endpoint = joined(settings.base_path(), endpoint);
        let requests = measuring::requests(self.requests, &settings)
            .build()
            .map_err(|e| Error::telling(ErrorKind::Requests, e.to_string(), e))?;
        let buckets = settings.sets(Id::Buckets).then_some(settings.buckets());
        #[cfg(feature = "recorder")]
        let recorded = recording::install(self.recorder, buckets)?;
        #[cfg(not(feature = "recorder"))]
        let recorded = recording::install(buckets)?;
        let recorded = Arc::new(recorded);
        #[cfg(feature = "management")]
        let management = {
            let before_render = self.before_render.as_ref();
            let metrics = Metrics::new(Arc::clone(&recorded))
                .route(|route| BeforeRender::set(before_render, route));
            let management =
                management.map(|(address, endpoints)| (address, endpoints.metrics(metrics)));
            Management::new(management, keys.clone(), &settings)?
        };
        #[cfg(feature = "push")]
        let pusher = match settings.push()?.or(self.push) {
            Some(push) => {
                let push = match self.before_render.clone() {
                    Some(BeforeRender(hook)) => push.before_render(move || hook()),
                    None => push,
                };
                let recorded = Arc::clone(&recorded);
                let request = RenderRequest::new(Format::TEXT_0_0_4);
                Some(push.build(move |text| Exposition::render(&*recorded, &request, text))?)
            }
            None => None,
        };
        log_enabled(&endpoint, keys.is_none());
        let tollgate = Tollgate::enabled(Enabled {
            endpoint,
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
