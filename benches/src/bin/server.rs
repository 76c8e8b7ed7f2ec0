//! The server of `whole-server.sh`: the application of the benchmarks on a real listener.
//!
//! `server <bare|tollgate|axum-prometheus>` binds a free port of the loopback interface, prints its
//! address and serves until it is killed.

use std::{env, error::Error};

use axum::{Router, routing::get};
use axum_prometheus::PrometheusMetricLayer;
use benches::app;
use tokio::net::TcpListener;
use tollgate::Tollgate;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let contender = env::args().nth(1).unwrap_or_default();
    let router = match &*contender {
        "bare" => app::router(),
        "tollgate" => tollgate()?,
        "axum-prometheus" => axum_prometheus(),
        unknown => {
            return Err(format!(
                "no contender is called {unknown:?}: say bare, tollgate or axum-prometheus"
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
    Tollgate::builder()
        .enabled(true)
        .build()?
        .wrap(app::router())
}

/// As its documentation shows it: layer, recorder and upkeep in one call.
fn axum_prometheus() -> Router {
    let (layer, handle) = PrometheusMetricLayer::pair();
    app::router()
        .route("/metrics", get(async move || handle.render()))
        .layer(layer)
}
