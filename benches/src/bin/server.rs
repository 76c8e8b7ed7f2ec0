//! The server of `whole-server.sh`: the application of the benchmarks on a real listener.
//!
//! `server <bare|axum-prometheus>` binds a free port of the loopback interface, prints its address and serves until it is
//! killed.

use std::env;
use std::error::Error;

use axum::Router;
use axum::routing::get;
use axum_prometheus::PrometheusMetricLayer;
use benches::app;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let contender = env::args().nth(1).unwrap_or_default();
    let router = match &*contender {
        "bare" => app::router(),
        "axum-prometheus" => axum_prometheus(),
        unknown => {
            return Err(
                format!("no contender is called {unknown:?}: say bare or axum-prometheus").into(),
            );
        }
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

/// As its documentation shows it: layer, recorder and upkeep in one call.
fn axum_prometheus() -> Router {
    let (layer, handle) = PrometheusMetricLayer::pair();
    app::router()
        .route("/metrics", get(async move || handle.render()))
        .layer(layer)
}
