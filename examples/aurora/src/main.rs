//! A gateway with its settings in a YAML file and its key in the environment.
//!
//! `AURORA_MASTER_KEY=correct-horse-battery cargo run -p aurora`, then ask for
//! `http://127.0.0.1:8080/internal/prometheus` with that key as the bearer token. `aurora.yaml`
//! sets this address; `AURORA_CONFIG` names another file. Variables override the file, with or
//! without the prefix: `AURORA_METRICS_ENDPOINT`, then `METRICS_ENDPOINT`. The API is at `/v1`, so
//! the metrics may not be.

use std::error::Error;
use std::net::Ipv4Addr;

use axum::{Router, routing::post};
use tokio::net::TcpListener;
use tollgate::{Settings, Tollgate};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/aurora.yaml");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let settings = Settings::loader()
        .prefix("AURORA")
        .file(FILE)
        .reserve("/v1")
        .load()?;
    let port = settings.port()?.unwrap_or(8080);
    let tollgate = Tollgate::from_settings(settings)?;
    let app = Router::new().route("/v1/chat/completions", post(answer));
    let app = tollgate.wrap(app);

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    tollgate.serve(listener, app).await?;
    Ok(())
}

async fn answer(question: String) -> String {
    format!("What makes you ask {question:?}?\n")
}
