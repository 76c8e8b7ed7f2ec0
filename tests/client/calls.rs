//! Calls over a real network, with hyper-util's client and with reqwest.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tests::ledger::Ledger;
use tollgate_http::client::ClientMetricsLayer;
use tower::timeout::Timeout;
use tower::{Layer, Service, ServiceExt};

use crate::server::{Fate, serve};

/// Timeout that no answer exceeds, even on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Timeout that the test waits out.
const IMPATIENCE: Duration = Duration::from_millis(100);

const ANSWERED: [&str; 3] = [
    r#"http_client_request_duration_seconds_count{method="GET",status="200",client="tea"} 1"#,
    r#"http_client_request_total{method="GET",status="200",client="tea"} 1"#,
    r#"http_client_requests_in_flight{method="GET",client="tea"} 0"#,
];

#[tokio::test]
async fn answered_call_is_recorded_by_its_status() {
    for status in [200, 404, 503] {
        let ended = ended(&status.to_string());
        assert_eq!(hyper(Fate::Answered(status), PATIENCE).await, ended);
        assert_eq!(reqwest(Fate::Answered(status), PATIENCE).await, ended);
    }
    assert_eq!(ended("200"), ANSWERED);
}

#[tokio::test]
async fn stalled_server_counts_as_timeout() {
    let failed = failed("timeout");
    assert_eq!(hyper(Fate::Stalls, IMPATIENCE).await, failed);
    assert_eq!(reqwest(Fate::Stalls, IMPATIENCE).await, failed);
}

#[tokio::test]
async fn reset_connection_counts_as_network_error() {
    let failed = failed("network_error");
    assert_eq!(hyper(Fate::IsReset, PATIENCE).await, failed);
    assert_eq!(reqwest(Fate::IsReset, PATIENCE).await, failed);
}

#[tokio::test]
async fn refused_connection_counts_as_network_error() {
    let failed = failed("network_error");
    assert_eq!(hyper(Fate::IsRefused, PATIENCE).await, failed);
    assert_eq!(reqwest(Fate::IsRefused, PATIENCE).await, failed);
}

#[tokio::test]
async fn truncated_body_counts_by_its_status_and_as_an_exception() {
    let broken = with_exception(ended("200"), "body");
    assert_eq!(hyper(Fate::BreaksOff, PATIENCE).await, broken);
    assert_eq!(reqwest(Fate::BreaksOff, PATIENCE).await, broken);
}

#[tokio::test]
async fn stalled_body_counts_as_an_exception_if_the_client_times_out() {
    let broken = with_exception(ended("200"), "body");
    // The timeout around hyper-util's client ends with the head.
    assert_eq!(reqwest(Fate::StallsInBody, IMPATIENCE).await, broken);
}

#[tokio::test]
async fn abandoned_call_counts_as_cancelled() {
    let address = serve(Fate::Stalls).await;
    let ledger = Ledger::new();
    let client = layer(&ledger).layer(Client::builder(TokioExecutor::new()).build_http());
    let request = Request::get(format!("http://{address}/"));
    let call = client.oneshot(request.body(Empty::<Bytes>::new()).unwrap());
    assert!(tokio::time::timeout(IMPATIENCE, call).await.is_err());

    let cancelled =
        r#"http_client_request_cancelled_total{method="GET",phase="head",client="tea"} 1"#;
    let mut expected = ended("cancelled");
    expected.insert(0, cancelled.to_owned());
    assert_eq!(ledger.samples(), expected);
}

#[tokio::test]
async fn reqwest_response_is_passed_on_unchanged() {
    let url = format!("http://{}/pot", serve(Fate::Answered(200)).await);
    let ledger = Ledger::new();
    let mut client = layer(&ledger).layer(reqwest::Client::new());
    let request = reqwest::Request::new(http::Method::GET, url.parse().unwrap());
    let response = client.call(request).await.unwrap();

    assert_eq!(response.url().as_str(), url);
    assert_eq!(response.content_length(), Some(6));
    assert!(response.remote_addr().is_some());
    let in_flight = ledger.scrape().sum("http_client_requests_in_flight", &[]);
    assert!((in_flight - 1.0).abs() < f64::EPSILON, "its body is unread");
    assert_eq!(response.text().await.unwrap(), "teapot");
    assert_eq!(ledger.samples(), ANSWERED);
}

/// Returns the complete record of a call by hyper-util's client, with tower's timeout.
async fn hyper(fate: Fate, patience: Duration) -> Vec<String> {
    let address = serve(fate).await;
    let ledger = Ledger::new();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let client = layer(&ledger).layer(Timeout::new(client, patience));
    let request = Request::get(format!("http://{address}/"));
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    if let Ok(response) = client.oneshot(request).await {
        drop(response.into_body().collect().await);
    }
    ledger.samples()
}

/// Returns the complete record of a call by reqwest, with its own timeout.
async fn reqwest(fate: Fate, patience: Duration) -> Vec<String> {
    let address = serve(fate).await;
    let ledger = Ledger::new();
    let client = reqwest::Client::builder()
        .timeout(patience)
        .build()
        .unwrap();
    let request = client.get(format!("http://{address}/")).build().unwrap();
    if let Ok(response) = layer(&ledger).layer(client).oneshot(request).await {
        drop(response.bytes().await);
    }
    ledger.samples()
}

fn layer(ledger: &Ledger) -> ClientMetricsLayer {
    let builder = ClientMetricsLayer::builder("tea").recorder(ledger.recorder());
    builder.build().unwrap()
}

/// Returns the record of a call that ended in a status.
fn ended(status: &str) -> Vec<String> {
    let samples = ANSWERED.map(|sample| sample.replace("200", status));
    samples.to_vec()
}

/// Returns the record of a call without a response.
fn failed(word: &str) -> Vec<String> {
    with_exception(ended(word), word)
}

fn with_exception(mut samples: Vec<String>, exception: &str) -> Vec<String> {
    let labels = format!(r#"method="GET",exception="{exception}",client="tea""#);
    let exceptions = format!("http_client_request_exceptions_total{{{labels}}} 1");
    samples.insert(1, exceptions);
    samples
}
