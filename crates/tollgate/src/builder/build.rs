//! Building a suite of the values in force.

use tollgate_auth::MasterKeyLayer;
use tollgate_axum::Guard;

use super::setters::TollgateBuilder;
#[cfg(feature = "management")]
use crate::enabled::with_checks;
#[cfg(feature = "management")]
use crate::listeners::Management;
use crate::{
    Error, Tollgate, enabled::Enabled, listeners::Target, nesting::Outermost, settings::Effective,
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
        #[cfg(feature = "management")]
        let has_endpoints = self.management.is_some();
        #[cfg(not(feature = "management"))]
        let has_endpoints = false;
        let effective = Effective::resolve(self.code, self.settings, has_endpoints)?;
        let settings = &effective.settings;
        let keys = settings.keys().map(MasterKeyLayer::new);
        let keys = match self.master_key_layer {
            Some(set) => keys.map(set),
            None => keys,
        };
        #[cfg(feature = "management")]
        let before_render = with_checks(self.before_render, self.management.as_ref());
        #[cfg(not(feature = "management"))]
        let before_render = self.before_render;
        let enabled = if settings.enabled() {
            let metrics_listener = Target::metrics(settings)?;
            let requests = effective.requests.build()?;
            let exposition = self.recorder.install(settings.explicit_buckets())?;
            #[cfg(feature = "push")]
            let pusher = match effective.push {
                Some(push) => {
                    let push = match before_render.clone() {
                        Some(hook) => push.before_render(move || hook()),
                        None => push,
                    };
                    Some(push.build(exposition.clone())?)
                }
                None => None,
            };
            Some(Enabled {
                endpoint: effective.endpoint,
                guard: keys.clone().map_or(Guard::Open, Guard::from),
                requests: requests.for_host(Outermost),
                exposition,
                before_render,
                metrics_listener,
                #[cfg(feature = "push")]
                pusher,
            })
        } else {
            None
        };
        #[cfg(feature = "management")]
        let management = {
            let route = enabled.as_ref().map(|enabled| enabled.route(Guard::Open));
            Management::new(self.management, route, keys, settings)?
        };
        let tollgate = Tollgate {
            enabled,
            #[cfg(feature = "management")]
            management,
        };
        tollgate.log();
        Ok(tollgate)
    }
}

impl Tollgate {
    fn log(&self) {
        let Some(Enabled {
            endpoint, guard, ..
        }) = &self.enabled
        else {
            tracing::info!("prometheus metrics disabled");
            tollgate_families::expect_no_recorder();
            return;
        };
        let endpoint = endpoint.as_str();
        tracing::info!(%endpoint, "prometheus metrics enabled");
        if matches!(guard, Guard::Open) {
            tracing::warn!(
                %endpoint,
                "prometheus metrics are open to everyone: set MASTER_KEY or MASTER_KEY_FILE"
            );
        }
    }
}
