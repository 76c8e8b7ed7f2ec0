//! Does every example do what its first lines say, started as they say?

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod aurora;
mod coder;
mod demo;
mod separate_port;
mod worker;

use std::process::ExitStatus;

use reqwest::{Client, StatusCode};
use tests::example::Running;
use tests::scrape::Scrape;

const KEY: &str = "correct-horse-battery";

/// What a GET of a URL is answered, with the key or without.
async fn get(url: &str, key: Option<&str>) -> (StatusCode, String) {
    let mut request = Client::new().get(url);
    if let Some(key) = key {
        request = request.bearer_auth(key);
    }
    let response = request.send().await.unwrap();
    (response.status(), response.text().await.unwrap())
}

async fn status(url: &str) -> StatusCode {
    get(url, None).await.0
}

/// What is served at a URL, which must be metrics.
async fn scrape(url: &str) -> Scrape {
    let (status, body) = get(url, None).await;
    assert_eq!(status, 200, "{body}");
    Scrape::new(body)
}

/// Where an example has its metrics, which it logs where that is not the app's port.
#[track_caller]
fn metrics_of(example: &mut Running) -> String {
    let line = example.line_with("have a listener of their own");
    let (_, address) = line.rsplit_once("address=").unwrap();
    format!("http://{address}/metrics")
}

/// Asks an example to end, and waits until it has; returns all that it wrote.
#[track_caller]
fn ended(example: Running) -> Vec<String> {
    example.terminate();
    in_peace(example)
}

/// Waits for the end of an example that was asked to; returns all that it wrote.
#[track_caller]
fn in_peace(example: Running) -> Vec<String> {
    let (status, output) = example.wait();
    assert!(status.success(), "{status} {output:#?}");
    output
}

/// The one line on standard error of a start that must fail.
#[track_caller]
fn refusal((status, error): (ExitStatus, String)) -> String {
    assert_eq!(status.code(), Some(1), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}
