//! A server that takes the address of its metrics from its command line.
//!
//! `cargo run -p coder -- --prometheus-enable --prometheus-address 127.0.0.1:2112`, then ask for
//! `/api/v2/users/42` on port 3000 and for `http://127.0.0.1:2112/metrics`. The address is the
//! default. `CODER_PROMETHEUS_ENABLE=true` and `CODER_PROMETHEUS_ADDRESS` set the same; flags
//! override them. `--help` lists all flags, including tollgate's.

use std::error::Error;
use std::net::SocketAddr;

use axum::extract::Path;
use axum::{Router, routing::get};
use clap::Parser;
use tokio::net::TcpListener;
use tollgate::{Flags, Settings, Tollgate};

/// Serves users.
#[derive(Parser)]
struct Arguments {
    /// Address that the server listens on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    http_address: SocketAddr,
    #[command(flatten)]
    tollgate: Flags,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt().init();
    let settings = Settings::loader()
        .prefix("CODER")
        .flags(arguments.tollgate)
        .load()?;
    let tollgate = Tollgate::builder()
        .metrics_address("127.0.0.1:2112".parse()?)
        .settings(settings)
        .build()?;
    let app = tollgate.wrap(Router::new().route("/api/v2/users/{user}", get(user)));

    let listener = TcpListener::bind(arguments.http_address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    tollgate.serve(listener, app).await?;
    Ok(())
}

async fn user(Path(user): Path<String>) -> String {
    format!("user {user}\n")
}
