//! An app on one port with its metrics on another, which the app's clients cannot reach.
//!
//! `cargo run -p separate-port`, then ask for `/users/42` on port 3000 and for
//! `http://127.0.0.1:9464/metrics`. `PORT` changes the port of the app, `METRICS_ADDRESS` the
//! address of the metrics, which may be a socket: `unix:/run/metrics.sock`.
//! `METRICS_PORT_RANGE=8001-8049` takes the first free port. On SIGTERM and Ctrl-C requests in
//! flight end on both.

use std::error::Error;
use std::net::Ipv4Addr;
use std::time::Duration;

use axum::extract::Path;
use axum::{Router, routing::get};
use tokio::net::TcpListener;
use tokio::time::sleep;
use tollgate::{Settings, Tollgate};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let settings = Settings::load()?;
    let port = settings.port()?.unwrap_or(3000);
    let tollgate = Tollgate::builder()
        .enabled(true)
        .metrics_address("127.0.0.1:9464".parse()?)
        .settings(settings)
        .build()?;
    let app = Router::new()
        .route("/users/{id}", get(user))
        .route("/report", get(report));
    let app = tollgate.wrap(app);

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    tollgate.serve(listener, app).await?;
    Ok(())
}

async fn user(Path(id): Path<u32>) -> String {
    format!("user {id}\n")
}

/// Takes its time.
async fn report() -> &'static str {
    sleep(Duration::from_millis(500)).await;
    "all is well\n"
}
