//! A process that is told to end while a request is in flight.

use std::os::unix::process::ExitStatusExt;
use std::time::Instant;

use reqwest::Client;
use tests::example::Running;
use tests::scrape::Scrape;

use super::*;

/// Program of this package: see its `Cargo.toml`.
const PROGRAM: &str = "tests/served";

const ON: [(&str, &str); 2] = [
    ("METRICS_ENABLED", "true"),
    ("METRICS_ADDRESS", "127.0.0.1:0"),
];

/// The number of SIGTERM.
const SIGTERM: i32 = 15;

const SLOW: [(&str, &str); 1] = [("endpoint", "/slow/{ms}")];

/// Starts the program, and a request that takes this time.
async fn in_flight(ms: u32) -> (Running, String, JoinHandle<reqwest::Result<String>>) {
    let mut served = Running::start(PROGRAM, &ON);
    let metrics = served.line_with("metrics on ").replace("metrics on ", "");
    let url = served.url(&format!("/slow/{ms}"));
    let slow = tokio::spawn(async move { reqwest::get(url).await?.text().await });
    let start = Instant::now();
    while scrape(&metrics).await.sum("http_requests_in_flight", &SLOW) != 1.0 {
        assert!(start.elapsed() < DEADLINE);
    }
    (served, metrics, slow)
}

/// Returns once the app is served, and signals are listened for.
async fn is_served(served: &Running) {
    let answer = reqwest::get(served.url("/slow/0")).await.unwrap();
    assert_eq!(answer.status(), 200);
}

/// Scrapes over a new connection.
async fn scrape(metrics: &str) -> Scrape {
    let client = Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let answer = client.get(metrics).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    Scrape::new(answer.text().await.unwrap())
}

#[tokio::test]
async fn scrape_succeeds_until_after_the_last_drained_request() {
    let (served, metrics, slow) = in_flight(2_000).await;
    served.terminate();
    let mut scrapes = 0;
    while !slow.is_finished() {
        scrape(&metrics).await;
        scrapes += 1;
    }
    assert_eq!(slow.await.unwrap().unwrap(), "done");
    let last = scrape(&metrics).await;
    assert_eq!(last.sum("http_request_total", &SLOW), 1.0, "{last:#?}");
    assert!(scrapes > 1, "{scrapes}");

    let start = Instant::now();
    let (status, output) = served.wait();
    assert!(status.success(), "{status}");
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "the last scrape ends the wait"
    );
    assert!(output.iter().any(|line| line == "served"), "{output:#?}");
}

#[tokio::test]
async fn drained_request_is_scraped_where_nobody_has_scraped_before() {
    let mut served = Running::start(PROGRAM, &ON);
    let metrics = served.line_with("metrics on ").replace("metrics on ", "");
    is_served(&served).await;
    let url = served.url("/slow/500");
    let slow = tokio::spawn(async move { reqwest::get(url).await?.text().await });
    // The request is on its way by then: the listener is closed only after it is accepted.
    TcpStream::connect(served.base().trim_start_matches("http://"))
        .await
        .unwrap();
    served.terminate();
    assert_eq!(slow.await.unwrap().unwrap(), "done");
    assert_eq!(scrape(&metrics).await.sum("http_request_total", &SLOW), 2.0);
}

#[tokio::test]
async fn second_signal_ends_the_process_at_once() {
    let (mut served, _, slow) = in_flight(8_000).await;
    served.terminate();
    served.line_with("shutting down");
    let start = Instant::now();
    served.terminate();
    let (status, output) = served.wait();
    assert_eq!(status.signal(), Some(SIGTERM), "{output:#?}");
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "the request would hold the drain"
    );
    assert!(slow.await.unwrap().is_err(), "it was cut off");
}

#[tokio::test]
async fn signals_are_the_programs_again_once_it_was_served() {
    let mut served = Running::start_with(PROGRAM, &["stays"], &[]);
    is_served(&served).await;
    served.terminate();
    served.line_with("served");
    served.terminate();
    let (status, _) = served.wait();
    assert_eq!(status.signal(), Some(SIGTERM));
}

#[tokio::test]
async fn second_signal_ends_a_process_whose_runtime_is_busy() {
    let served = Running::start(PROGRAM, &[("TOKIO_WORKER_THREADS", "1")]);
    is_served(&served).await;
    let url = served.url("/busy/8000");
    let busy = tokio::spawn(reqwest::get(url));
    let start = Instant::now();
    while !busy.is_finished() {
        served.terminate();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (status, _) = served.wait();
    assert_eq!(status.signal(), Some(SIGTERM));
    assert!(start.elapsed() < Duration::from_secs(4));
}
