//! The management endpoints' own listener.

use std::sync::Arc;

use axum::{Router, middleware::from_fn_with_state};
use futures_util::future::BoxFuture;
use tollgate_auth::MasterKeyLayer;
use tollgate_axum::MetricsRoute;
use tollgate_management::{ManagementBuilder, Readiness};

use super::{Target, metrics::Scrapes};
use crate::{Error, Settings};

/// The management endpoints and their address.
#[derive(Debug, Clone)]
pub(crate) struct Management {
    pub(crate) target: Target,
    router: Router,
    readiness: Option<Readiness>,
    pub(super) scrapes: Arc<Scrapes>,
    /// Whether there is no key, so that anyone may ask.
    pub(crate) is_open: bool,
}

impl Management {
    /// Builds the endpoints at the address, if both are given, behind the suite's keys if
    /// it has any. An enabled suite has a `route` of its metrics.
    pub(crate) fn new(
        endpoints: Option<ManagementBuilder>,
        target: Option<Target>,
        route: Option<MetricsRoute>,
        keys: Option<MasterKeyLayer>,
        settings: &Settings,
    ) -> Result<Option<Self>, Error> {
        let (Some(target), Some(endpoints)) = (target, endpoints) else {
            return Ok(None);
        };
        let mut endpoints = settings.add_environment(endpoints);
        if let Some(route) = route {
            endpoints = endpoints.metrics_route(route);
        }
        if let Some(keys) = keys {
            endpoints = endpoints.master_key_layer(keys.realm("management"));
        }
        let scrapes = Arc::<Scrapes>::default();
        let noted = from_fn_with_state(Arc::clone(&scrapes), Scrapes::note_beside_others);
        Ok(Some(Self {
            target,
            readiness: endpoints.readiness().cloned(),
            scrapes,
            is_open: !endpoints.is_guarded(),
            router: settings.override_access(endpoints)?.build()?.layer(noted),
        }))
    }

    /// Tells probes from now on that the app accepts no more requests.
    pub(super) fn refuse_traffic(&self) {
        if let Some(readiness) = &self.readiness {
            readiness.stop();
        }
    }

    /// Binds the listener and returns its server, which ends once `stopped` completes and connections
    /// are drained.
    pub(super) async fn serve(
        &self,
        stopped: impl Future<Output = ()> + Send + 'static,
    ) -> Result<BoxFuture<'static, ()>, Error> {
        let socket = self.target.bind().await?;
        if let Some(address) = socket.address() {
            tracing::info!(%address, "management endpoints have a listener of their own");
            if self.is_open {
                tracing::warn!(
                    %address,
                    "management endpoints that are not sensitive are open to everyone: set MASTER_KEY \
                     or MASTER_KEY_FILE"
                );
            }
        }
        Ok(socket.serve(self.router.clone(), stopped))
    }
}
