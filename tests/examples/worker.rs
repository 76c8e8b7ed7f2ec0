//! Jobs in a loop without a web app, and a port for their metrics.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use tests::example::{self, Running};
use tests::scrape::Scrape;
use tollgate::Settings;

use crate::{ended, metrics_of, refusal, scrape, status};

/// Free port, in place of the documented one.
const ANY_PORT: (&str, &str) = ("PROMETHEUS_PORT", "0");

#[tokio::test]
async fn worker_serves_the_metrics_of_its_jobs() {
    let worker = Running::start("worker", &[ANY_PORT]);
    until(&worker, |scrape| scrape.sum("jobs_ended_total", &[]) >= 2.0).await;
    assert_eq!(status(&worker.url("/")).await, 404);
}

#[test]
fn documented_port_is_the_default_address() {
    let settings = Settings::loader().environment([("PROMETHEUS_PORT", "8491")]);
    let settings = settings.load().unwrap();
    assert_eq!(
        settings.metrics_address().unwrap().to_string(),
        "127.0.0.1:8491"
    );
}

#[test]
fn taken_port_is_reported_with_its_address() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let port = address.port().to_string();
    let error = refusal(example::refused("worker", &[("PROMETHEUS_PORT", &port)]));
    assert!(error.contains(&address.to_string()), "{error}");
}

#[tokio::test]
async fn sigterm_lets_the_running_job_finish() {
    let mut worker = Running::start("worker", &[ANY_PORT]);
    let metrics = metrics_of(&mut worker);
    until(&worker, |scrape| {
        scrape.values("jobs_running", &[]) == [1.0]
    })
    .await;
    assert_eq!(metrics, worker.url("/metrics"));
    let output = ended(worker);
    let left = "no job is left in the middle";
    assert!(output.iter().any(|line| line.contains(left)), "{output:#?}");
}

/// Waits until a condition holds for the worker's metrics.
async fn until(worker: &Running, condition: impl Fn(&Scrape) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let scrape = scrape(&worker.url("/metrics")).await;
        if condition(&scrape) {
            return;
        }
        assert!(Instant::now() < deadline, "{scrape:#?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
