//! Building a suite of the values in force.

#[cfg(feature = "push")]
use std::sync::{Arc, atomic::AtomicBool};

use tollgate_auth::MasterKeyLayer;
use tollgate_axum::Guard;

use super::setters::TollgateBuilder;
#[cfg(feature = "push")]
use crate::enabled::Pushes;
#[cfg(feature = "management")]
use crate::enabled::with_checks;
#[cfg(feature = "management")]
use crate::listeners::Management;
use crate::{
    Error, Tollgate, enabled::Enabled, listeners::Target, nesting::OutermostLayer,
    settings::Effective,
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
        let management_target = Target::management(settings).filter(|_| has_endpoints);
        if has_endpoints && management_target.is_none() {
            tracing::info!("management endpoints are not served: set MANAGEMENT_ADDRESS");
        }
        let keys = settings.keys();
        let keys = keys.map(|keys| MasterKeyLayer::new(keys).hint(&settings.key_hint()));
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
            let targets = [metrics_listener.clone(), management_target.clone()];
            let warn = move || targets.iter().flatten().for_each(Target::warn_unless_bound);
            let requests = effective.requests.before_new_series(warn).build()?;
            let exposition = self.recorder.install(settings.explicit_buckets())?;
            #[cfg(feature = "push")]
            let pushes = match effective.push {
                Some(push) => {
                    let push = match before_render.clone() {
                        Some(hook) => push.before_render(move || hook()),
                        None => push,
                    };
                    let pusher = push.build(exposition.clone())?;
                    let are_started = AtomicBool::new(false);
                    Some(Arc::new(Pushes {
                        pusher,
                        are_started,
                    }))
                }
                None => None,
            };
            Some(Enabled {
                endpoint: effective.endpoint,
                guard: keys.clone().map_or(Guard::Open, Guard::from),
                requests: OutermostLayer::new(requests),
                exposition,
                before_render,
                metrics_listener,
                #[cfg(feature = "push")]
                pushes,
            })
        } else {
            None
        };
        #[cfg(feature = "management")]
        let management = {
            let route = enabled.as_ref().map(|enabled| enabled.route(Guard::Open));
            Management::new(self.management, management_target, route, keys, settings)?
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
        let Some(Enabled { endpoint, .. }) = &self.enabled else {
            tracing::info!("prometheus metrics disabled");
            tollgate_families::expect_no_recorder();
            return;
        };
        let endpoint = endpoint.as_str();
        let guarded_by_key = !self.is_open();
        tracing::info!(guarded_by_key, %endpoint, "prometheus metrics enabled");
        if !guarded_by_key {
            tracing::warn!(
                %endpoint,
                "prometheus metrics are open to everyone: set MASTER_KEY or MASTER_KEY_FILE"
            );
        }
    }
}
