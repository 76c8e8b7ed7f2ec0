//! The examples, started as their first lines describe.

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

/// Returns the answer to a GET, with the key or without.
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

/// Returns the metrics at a URL.
async fn scrape(url: &str) -> Scrape {
    let (status, body) = get(url, None).await;
    assert_eq!(status, 200, "{body}");
    Scrape::new(body)
}

/// Returns the URL of an example's metrics, which it logs if they have a listener of their own.
#[track_caller]
fn metrics_of(example: &mut Running) -> String {
    let line = example.line_with("have a listener of their own");
    let (_, address) = line.rsplit_once("address=").unwrap();
    format!("http://{address}/metrics")
}

/// Terminates an example, and returns its output.
#[track_caller]
fn ended(example: Running) -> Vec<String> {
    example.terminate();
    output_of_success(example)
}

/// Waits for the successful end of an example, and returns its output.
#[track_caller]
fn output_of_success(example: Running) -> Vec<String> {
    let (status, output) = example.wait();
    assert!(status.success(), "{status} {output:#?}");
    output
}

/// Returns the only line on standard error of a start that must fail.
#[track_caller]
fn refusal((status, error): (ExitStatus, String)) -> String {
    assert_eq!(status.code(), Some(1), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}
