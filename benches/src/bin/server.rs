//! The server of `whole-server.sh`: the application of the benchmarks on a real listener.
//!
//! `server <bare|identity|tollgate|tollgate-stock-recorder|axum-prometheus>` binds a free port of the
//! loopback interface, prints its address and serves until it is killed.

use std::{env, error::Error, time::Duration};

use axum::{Router, routing::get};
use axum_prometheus::PrometheusMetricLayer;
use benches::{app, contenders};
use metrics_exporter_prometheus::BuildError;
use tokio::{net::TcpListener, time};
use tollgate::Tollgate;
use tollgate_axum::Axum;
use tollgate_http::RequestMetricsLayer;
use tower::layer::util::Identity;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let contender = env::args().nth(1).unwrap_or_default();
    let router = match &*contender {
        "bare" => app::router(),
        "identity" => app::router().layer(Identity::new()),
        "tollgate" => tollgate()?,
        "tollgate-stock-recorder" => tollgate_stock_recorder()?,
        "axum-prometheus" => axum_prometheus(),
        unknown => {
            return Err(format!(
                "no contender is called {unknown:?}: say bare, identity, tollgate, \
                 tollgate-stock-recorder or axum-prometheus"
            )
            .into());
        }
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

/// The suite's one line, metrics route included.
fn tollgate() -> Result<Router, tollgate::Error> {
    let tollgate = Tollgate::builder().enabled(true).build()?;
    Ok(tollgate.wrap(app::router()))
}

/// The layer alone, on metrics-exporter-prometheus.
fn tollgate_stock_recorder() -> Result<Router, BuildError> {
    let handle = contenders::install_stock_recorder()?;
    let upkeep = handle.clone();
    tokio::spawn(async move {
        let mut interval = time::interval(Duration::from_secs(5));
        loop {
            interval.tick().await;
            upkeep.run_upkeep();
        }
    });
    Ok(app::router()
        .layer(RequestMetricsLayer::new().for_host(Axum))
        .route("/metrics", get(async move || handle.render())))
}

/// As in its documentation: layer, recorder and upkeep in one call.
fn axum_prometheus() -> Router {
    let (layer, handle) = PrometheusMetricLayer::pair();
    app::router()
        .route("/metrics", get(async move || handle.render()))
        .layer(layer)
}
