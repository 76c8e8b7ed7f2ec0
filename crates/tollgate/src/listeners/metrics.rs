//! The metrics' own listener.

use axum::Router;
use tollgate_families::Families;

use super::socket::Socket;
use crate::{Error, Tollgate, catalogue::SuiteMetric};

/// Binds the listener of a suite's metrics. A suite that is disabled, or has its metrics on the app's
/// port, has none.
pub(super) async fn bind(suite: &Tollgate) -> Result<Option<(Socket, Router)>, Error> {
    let enabled = suite.enabled.as_ref();
    let own = enabled.and_then(|enabled| Some((enabled, enabled.metrics_listener.as_ref()?)));
    let Some((enabled, target)) = own else {
        tracing::debug!("prometheus metrics have no listener of their own");
        return Ok(None);
    };
    let socket = target.bind().await?;
    if let Some(address) = socket.address() {
        tracing::info!(%address, "prometheus metrics have a listener of their own");
        if let Some(port) = address.port() {
            let families = Families::default();
            let gauge = families.gauge(SuiteMetric::MetricsPort, |label| match label {});
            gauge.set(port);
        }
    }
    Ok(Some((socket, enabled.mount(Router::new()))))
}
