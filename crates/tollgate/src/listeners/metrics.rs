//! The metrics' own listener.

use axum::Router;
use futures_util::future::BoxFuture;
use metrics::{describe_gauge, gauge};

use super::{Address, Target, socket::Socket};
use crate::Error;

/// The gauge of the port of the metrics' own listener.
const PORT: &str = "tollgate_metrics_port";

/// The metrics' own listener, bound: see [`Tollgate::bind_metrics`](crate::Tollgate::bind_metrics).
///
/// Clients wait until it is [served](Self::serve). Dropping it, or its server, closes it and removes
/// a Unix socket.
#[derive(Debug)]
#[must_use = "a listener is closed when it is dropped"]
pub struct MetricsListener {
    bound: Option<Bound>,
}

#[derive(Debug)]
struct Bound {
    socket: Socket,
    address: Option<Address>,
    router: Router,
}

impl MetricsListener {
    /// The listener of a suite that has none: disabled, or with its metrics on the app's port.
    pub(crate) fn none() -> Self {
        Self { bound: None }
    }

    /// Binds the listener of this router.
    pub(crate) async fn bind(target: &Target, router: Router) -> Result<Self, Error> {
        let socket = target.bind().await?;
        let address = socket.address();
        if let Some(address) = &address {
            tracing::info!(%address, "prometheus metrics have a listener of their own");
            if let Some(port) = address.port() {
                describe_gauge!(PORT, "Port that the metrics' own listener took.");
                gauge!(PORT).set(port);
            }
        }
        Ok(Self {
            bound: Some(Bound {
                socket,
                address,
                router,
            }),
        })
    }

    /// Returns the address with the port that was free, or a Unix socket's whole path. None if the
    /// suite is disabled or its metrics are on the app's port.
    pub fn address(&self) -> Option<&Address> {
        self.bound.as_ref()?.address.as_ref()
    }

    /// Returns the server, which ends once `stopped` completes and connections are drained.
    pub(super) fn server(
        self,
        stopped: impl Future<Output = ()> + Send + 'static,
    ) -> Option<BoxFuture<'static, ()>> {
        let bound = self.bound?;
        Some(bound.socket.serve(bound.router, stopped))
    }
}
