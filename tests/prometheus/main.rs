//! A real Prometheus server reads the demo, and its answers match the demo's traffic.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

use std::{
    fs,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use reqwest::Client;
use tests::example::{Running, demo};
use tests::outside;
use tests::prometheus::{Job, Server};

const KEY: &str = "correct-horse-battery";
const WRONG_KEY: &str = "incorrect-horse-battery";

/// The bounds of the demo's histograms, in seconds.
const BOUNDS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

#[tokio::test]
async fn rate_matches_the_requests() {
    let Some((server, demo)) = start(&[Job::new("demo", KEY)]) else {
        return;
    };
    server.until("up{job=\"demo\"}", |up| up == 1.0).await;

    // Prometheus sees no growth in a series' first value, so the first request is sent alone.
    let series = r#"http_request_total{method="GET",endpoint="/users/{id}",status="200"}"#;
    get(&demo, "/users/1").await;
    server.until(series, |count| count == 1.0).await;
    for id in 1..=20 {
        get(&demo, &format!("/users/{id}")).await;
    }
    server.until(series, |count| count == 21.0).await;

    // Prometheus extrapolates the growth over ten samples to the edges of the window, by up to 1.1
    // intervals on each side: less than a quarter.
    let samples = format!("count_over_time({series}[5m])");
    server.until(&samples, |count| count >= 10.0).await;
    let rate = server.value(&format!("rate({series}[5m])")).await.unwrap();
    let grown = rate * 300.0;
    assert!((19.9..=25.0).contains(&grown), "{grown}");
}

#[tokio::test]
async fn quantile_matches_the_durations() {
    let Some((server, demo)) = start(&[Job::new("demo", KEY)]) else {
        return;
    };
    let count = r#"http_request_duration_seconds_count{endpoint="/slow",status="200"}"#;
    get(&demo, "/slow?ms=1").await;
    server.until(count, |count| count == 1.0).await;
    let requests = (0..10).map(|_| get(&demo, "/slow?ms=300"));
    let slowest = join_all(requests).await.into_iter().max().unwrap();
    server.until(count, |count| count == 11.0).await;

    let buckets = r#"http_request_duration_seconds_bucket{endpoint="/slow",status="200"}"#;
    let median = format!("histogram_quantile(0.5, sum by (le) (rate({buckets}[5m])))");
    let median = server.value(&median).await.unwrap();
    // Each request took at least 0.3 s, and at most as long as its client measured.
    let upper = BOUNDS
        .into_iter()
        .find(|&bound| bound >= slowest.as_secs_f64());
    assert!(median > 0.25, "{median}");
    assert!(median <= upper.unwrap_or(10.0), "{median} {slowest:?}");
}

#[tokio::test]
async fn target_with_a_wrong_key_is_down_with_401() {
    let jobs = [Job::new("demo", KEY), Job::new("intruder", WRONG_KEY)];
    let Some((server, _demo)) = start(&jobs) else {
        return;
    };
    server.until("up{job=\"intruder\"}", |up| up == 0.0).await;
    let intruder = server.target("intruder").await;
    assert_eq!(intruder["health"], "down", "{intruder}");
    let error = intruder["lastError"].as_str().unwrap();
    assert!(error.contains("401 Unauthorized"), "{error}");

    // The job with the right key scrapes the count of refusals.
    server.until("up{job=\"demo\"}", |up| up == 1.0).await;
    let refused = r#"tollgate_auth_failures_total{reason="invalid"}"#;
    server.until(refused, |count| count >= 1.0).await;
    let demo = server.target("demo").await;
    assert_eq!(demo["health"], "up", "{demo}");
    assert_eq!(demo["lastError"], "", "{demo}");
}

#[tokio::test]
async fn queries_of_the_readme_have_results() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let queries: Vec<_> = readme
        .split("```promql\n")
        .skip(1)
        .map(|block| block.split_once("\n```").unwrap().0)
        .collect();
    assert_eq!(queries.len(), 3, "{queries:?}");
    let Some((server, demo)) = start(&[Job::new("demo", KEY)]) else {
        return;
    };
    let count = r#"sum by (endpoint) (http_request_total{endpoint="/fail"})"#;
    for requests in 1..=2 {
        Client::new().get(demo.url("/fail")).send().await.unwrap();
        server
            .until(count, |count| count == f64::from(requests))
            .await;
    }
    for query in queries {
        let of_endpoint = format!("({query}) and on (endpoint) {count}");
        server.until(&of_endpoint, |value| value > 0.0).await;
    }
}

/// Starts the demo and a server that scrapes it; returns `None` if Prometheus is not installed.
#[track_caller]
fn start(jobs: &[Job]) -> Option<(Server, Running)> {
    let prometheus = outside::program("prometheus", "apt-get install prometheus")?;
    let demo = demo(module_path!(), &[("MASTER_KEY", KEY)]);
    let server = Server::start(prometheus, demo.base(), jobs);
    Some((server, demo))
}

/// Sends a request and returns the duration that its client measured.
async fn get(demo: &Running, path: &str) -> Duration {
    let start = Instant::now();
    let response = Client::new().get(demo.url(path)).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.bytes().await.unwrap();
    start.elapsed()
}
