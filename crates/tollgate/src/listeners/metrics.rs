//! The metrics' own listener.

use axum::Router;
use futures_util::future::BoxFuture;
use tollgate_families::Families;

use super::{Address, Target, socket::Socket};
use crate::{Error, catalogue::SuiteMetric};

/// The metrics' own listener, bound: see [`Tollgate::bind_metrics`](crate::Tollgate::bind_metrics).
///
/// Clients wait until it is [served](Self::serve). Dropping it, or its server, closes it and removes
/// a Unix socket.
#[derive(Debug, Default)]
#[must_use = "a listener is closed when it is dropped"]
pub struct MetricsListener {
    /// None for a suite that is disabled, or has its metrics on the app's port.
    bound: Option<(Socket, Router)>,
}

impl MetricsListener {
    /// Binds the listener of this router.
    pub(crate) async fn bind(target: &Target, router: Router) -> Result<Self, Error> {
        let socket = target.bind().await?;
        if let Some(address) = socket.address() {
            tracing::info!(%address, "prometheus metrics have a listener of their own");
            if let Some(port) = address.port() {
                let families = Families::default();
                let gauge = families.gauge(SuiteMetric::MetricsPort, |label| match label {});
                gauge.set(port);
            }
        }
        let bound = Some((socket, router));
        Ok(Self { bound })
    }

    /// Returns the address with the port that was free, or a Unix socket's whole path. None if the
    /// suite is disabled or its metrics are on the app's port.
    pub fn address(&self) -> Option<Address> {
        self.bound.as_ref()?.0.address()
    }

    /// Returns the server, which ends once `stopped` completes and connections are drained.
    pub(super) fn server(
        self,
        stopped: impl Future<Output = ()> + Send + 'static,
    ) -> Option<BoxFuture<'static, ()>> {
        let (socket, router) = self.bound?;
        Some(socket.serve(router, stopped))
    }
}
