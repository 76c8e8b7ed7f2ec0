//! No web app: jobs in a loop, and a port for their metrics.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use tests::example::{self, Running};
use tests::scrape::Scrape;
use tollgate::Settings;

use crate::{ended, metrics_of, refusal, scrape, status};

/// A free port is as good as the one that is written down.
const ANY_PORT: (&str, &str) = ("PROMETHEUS_PORT", "0");

#[tokio::test]
async fn the_worker_tells_of_its_jobs_on_a_port_of_its_own() {
    let worker = Running::start("worker", &[ANY_PORT]);
    until(&worker, |scrape| scrape.sum("jobs_ended_total", &[]) >= 2.0).await;
    assert_eq!(status(&worker.url("/")).await, 404);
}

#[test]
fn the_port_that_is_written_down_is_the_address() {
    let settings = Settings::loader().environment([("PROMETHEUS_PORT", "8491")]);
    let settings = settings.load().unwrap();
    assert_eq!(
        settings.metrics_address().unwrap().to_string(),
        "127.0.0.1:8491"
    );
}

#[test]
fn a_taken_port_is_told_with_its_address() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let port = address.port().to_string();
    let error = refusal(example::refused("worker", &[("PROMETHEUS_PORT", &port)]));
    assert!(error.contains(&address.to_string()), "{error}");
}

#[tokio::test]
async fn sigterm_lets_the_job_in_hand_end() {
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

/// Waits until the worker's metrics are as they should be.
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
