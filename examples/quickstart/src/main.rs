//! The shortest complete app: `METRICS_ENABLED=true cargo run -p quickstart`, then request
//! `/users/42` and `/metrics` on port 3000. Set `MASTER_KEY` to protect the metrics.

use axum::{Router, extract::Path, routing::get};
use tokio::net::TcpListener;
use tollgate::Tollgate;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().init();
    let user = async |Path(id): Path<u32>| format!("user {id}\n");
    let tollgate = Tollgate::from_env()?;
    let app = tollgate.wrap(Router::new().route("/users/{id}", get(user)));
    axum::serve(TcpListener::bind("127.0.0.1:3000").await?, app).await?;
    Ok(())
}
