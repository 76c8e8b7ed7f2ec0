//! A background worker without a web app: jobs in a loop, and a port for their metrics.
//!
//! `cargo run -p worker`, then ask for `http://127.0.0.1:8491/metrics`. `PROMETHEUS_PORT` or
//! `METRICS_ADDRESS` changes the port; with `METRICS_ENABLED=false` there is no port and nothing is
//! measured. On SIGTERM and Ctrl-C the running job ends.

mod shutdown;

use std::error::Error;
use std::pin::pin;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::sleep;
use tollgate::collectors::Jobs;
use tollgate::{Settings, Tollgate};

/// Pause between two jobs.
const PAUSE: Duration = Duration::from_millis(50);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let asked_to_end = shutdown::signal()?;
    let tollgate = Tollgate::builder()
        .enabled(true)
        .metrics_address("127.0.0.1:8491".parse()?)
        .settings(Settings::load()?)
        .build()?;
    let metrics = tollgate.bind_metrics().await?;
    if let Some(address) = metrics.address() {
        let address = address.to_string();
        let scheme = if address.starts_with("unix:") {
            ""
        } else {
            "http://"
        };
        println!("listening on {scheme}{address}");
    }
    // The metrics outlive the last job, so that a scrape may see it end.
    let (work_has_ended, ended) = oneshot::channel::<()>();
    let serve = metrics.with_graceful_shutdown(async {
        let _ = ended.await;
    });
    let metrics = tokio::spawn(serve.into_future());

    let done = work(asked_to_end).await;
    tracing::info!(done, "no job is left in the middle");
    drop(work_has_ended);
    Ok(metrics.await??)
}

/// Does one job after another until the shutdown, and returns their number.
async fn work(asked_to_end: impl Future<Output = ()>) -> u64 {
    let jobs = Jobs::new();
    let mut asked_to_end = pin!(asked_to_end);
    let mut done = 0;
    loop {
        tokio::select! {
            () = &mut asked_to_end => return done,
            () = sleep(PAUSE) => {}
        }
        if let Err(error) = jobs.run("import", import(done)).await {
            tracing::warn!(%error, "import failed");
        }
        done += 1;
    }
}

/// The work: every tenth fails.
async fn import(number: u64) -> Result<(), String> {
    sleep(Duration::from_millis(100)).await;
    if number % 10 == 9 {
        return Err(format!("file {number} is empty"));
    }
    Ok(())
}
