//! An app whose requests take as long as they are asked to. With an argument it goes on after it was
//! served.

use std::env;
use std::error::Error;
use std::thread;
use std::time::Duration;

use axum::extract::Path;
use axum::{Router, routing::get};
use tokio::net::TcpListener;
use tokio::time::sleep;
use tollgate::Tollgate;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let tollgate = Tollgate::from_env()?;
    let app = tollgate.wrap(
        Router::new()
            .route("/slow/{ms}", get(slow))
            .route("/busy/{ms}", get(busy)),
    );
    let metrics = tollgate.bind_metrics().await?;
    if let Some(address) = metrics.address() {
        println!("metrics on http://{address}/metrics");
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    tollgate.serve(listener, app).with_metrics(metrics).await?;
    println!("served");
    if env::args().count() > 1 {
        sleep(Duration::from_hours(1)).await;
    }
    Ok(())
}

/// Keeps its thread of the runtime.
async fn busy(Path(ms): Path<u64>) {
    thread::sleep(Duration::from_millis(ms));
}

async fn slow(Path(ms): Path<u64>) -> &'static str {
    sleep(Duration::from_millis(ms)).await;
    "done"
}
