//! Does every example do what its first lines say, started as they say?

mod aurora;
mod demo;

use std::process::ExitStatus;

use reqwest::{Client, StatusCode};
use tests::example::Running;

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

/// Asks an example to end, which it must do in peace; returns all that it wrote.
#[track_caller]
fn ended(example: Running) -> Vec<String> {
    example.terminate();
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
