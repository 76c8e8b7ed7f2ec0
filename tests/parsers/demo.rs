//! The demo's exposition after every kind of request.

use std::time::{Duration, Instant};

use reqwest::Client;
use reqwest::header::AUTHORIZATION;
use tests::example::{Running, demo};
use tests::outside;
use tests::process::feed;
use tests::python;
use tests::scrape::Scrape;

use super::read;

const KEY: &str = "correct-horse-battery";

#[tokio::test]
async fn promtool_has_no_complaints() {
    let Some(mut promtool) = outside::program("promtool", "apt-get install prometheus") else {
        return;
    };
    promtool.args(["check", "metrics"]);
    let text = exposition().await;
    let output = feed(promtool, &text);
    assert!(output.status.success(), "{output:?}\n{text}");
    // Some complaints leave the exit status at 0.
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{text}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{text}");
}

#[tokio::test]
async fn python_reads_every_family_and_sample() {
    let Some(client) = python::client() else {
        return;
    };
    let text = exposition().await;
    let families = read(client, &text);
    let kinds = families
        .iter()
        .map(|(name, family)| (name.as_str(), family.kind.as_str()));
    assert!(kinds.clone().all(|(_, kind)| kind != "unknown"), "{text}");
    let of_requests =
        |name: &str| name.starts_with("http_request") || name.starts_with("tollgate_");
    let kinds: Vec<_> = kinds
        .filter(|&(name, _)| of_requests(name) && !name.starts_with("tollgate_collector_"))
        .collect();
    assert_eq!(
        kinds,
        [
            ("http_request", "counter"),
            ("http_request_cancelled", "counter"),
            ("http_request_duration_seconds", "histogram"),
            ("http_request_exceptions", "counter"),
            ("http_requests_in_flight", "gauge"),
            ("tollgate_auth_failures", "counter"),
            ("tollgate_scrape_duration_seconds", "histogram"),
            ("tollgate_scrapes", "counter"),
            ("tollgate_series", "gauge"),
        ]
    );

    let scrape = Scrape::new(text);
    let samples = || families.values().flat_map(|family| &family.samples);
    assert_eq!(samples().count(), scrape.samples().count());
    for ((name, labels), value) in samples() {
        let labels: Vec<_> = labels
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let value: f64 = value.parse().unwrap();
        assert_eq!(scrape.values(name, &labels), [value], "{name} {labels:?}");
    }
}

/// Requests every route and ending, then scrapes.
async fn exposition() -> String {
    let demo = demo(module_path!(), &[("MASTER_KEY", KEY)]);
    let client = Client::new();
    let paths = [
        "/",
        "/users/1",
        "/users/2000",
        "/orders/1",
        "/slow?ms=1",
        "/stream?chunks=2&ms=1",
        "/fail",
        "/panic",
        "/metrics",
        "/no/such/path",
    ];
    for path in paths {
        let response = client.get(demo.url(path)).send().await.unwrap();
        response.bytes().await.unwrap();
    }
    let impatient = client.get(demo.url("/slow?ms=2000"));
    let impatient = impatient.timeout(Duration::from_millis(200)).send().await;
    assert!(impatient.unwrap_err().is_timeout());

    // The demo notices a closed connection after some time.
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let text = scrape(&client, &demo).await;
        if text.contains("http_request_cancelled_total{") {
            return text;
        }
        assert!(Instant::now() < deadline, "{text}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn scrape(client: &Client, demo: &Running) -> String {
    let request = client.get(demo.url("/metrics"));
    let request = request.header(AUTHORIZATION, format!("Bearer {KEY}"));
    let response = request.send().await.unwrap().error_for_status().unwrap();
    response.text().await.unwrap()
}
