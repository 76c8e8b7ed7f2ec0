//! An app whose probes fail long before it stops listening. Its arguments are the members of a group
//! of checks.

use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use tokio::net::TcpListener;
use tollgate::management::{Health, Readiness, management_router};
use tollgate::{Settings, Tollgate};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("probed: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let health = Health::builder()
        .readiness(&Readiness::new())
        .group("storage", env::args().skip(1))
        .build()?;
    let tollgate = Tollgate::builder()
        .management(management_router().health(&health))
        .settings(Settings::load()?)
        .build()?;
    let app: axum::Router = health.probes();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let served = tollgate.serve(listener, app);
    served.shutdown_delay(Duration::from_hours(1)).await?;
    Ok(())
}
