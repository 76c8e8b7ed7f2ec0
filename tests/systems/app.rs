//! A running app and its exposition.

use std::{
    future::Future,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::Router;
use metrics::Recorder;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use tests::scrape::Scrape;
use tokio::net::TcpListener;
use tollgate_axum::{Guard, MetricsPath, MetricsRoute, RouterExt};

/// The recorder of one app.
pub(crate) struct Metrics {
    recorder: Arc<PrometheusRecorder>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let builder = PrometheusBuilder::new().set_buckets(&[1.0]).unwrap();
        Self {
            recorder: Arc::new(builder.build_recorder()),
        }
    }

    pub(crate) fn recorder(&self) -> Arc<dyn Recorder + Send + Sync> {
        Arc::clone(&self.recorder) as _
    }

    /// Returns the metrics route, open to everybody.
    pub(crate) fn route(&self) -> MetricsRoute {
        MetricsRoute::new(self.recorder.handle(), Guard::Open)
    }
}

/// Serves the router with its metrics at `/metrics`.
pub(crate) async fn serve(router: Router, metrics: MetricsRoute) -> SocketAddr {
    let app: Router = router.mount_metrics_route(&MetricsPath::default(), metrics);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

pub(crate) async fn get(address: SocketAddr, path: &str) -> String {
    let response = reqwest::get(format!("http://{address}{path}")).await;
    response.unwrap().text().await.unwrap()
}

/// Scrapes the app twice and returns the second scrape, which includes the first.
pub(crate) async fn scrape(address: SocketAddr) -> Scrape {
    get(address, "/metrics").await;
    Scrape::new(get(address, "/metrics").await)
}

/// Waits for a future that must end within the deadline.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    let deadline = std::time::Duration::from_secs(30);
    tokio::time::timeout(deadline, future)
        .await
        .expect("the future ends in time")
}
