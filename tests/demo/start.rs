//! Start, refused starts and stop of the demo.

use std::io::Write;
use std::net::TcpListener;

use reqwest::header::AUTHORIZATION;
use reqwest::{Client, Method};
use tempfile::NamedTempFile;
use tests::example::{self, Running, demo};

use super::{Demo, KEY};

#[test]
fn invalid_setting_is_reported_in_one_line_with_variable_value_and_fix() {
    for (variable, value, fix) in [
        ("PORT", "http", "use a number from 0"),
        ("PORT", "65536", "use a number from 0"),
        ("METRICS_ENABLED", "maybe", "use true"),
        ("METRICS_ENDPOINT", "metrics", r#"write "/metrics""#),
        ("METRICS_ENDPOINT", "/a//b", "write one"),
        ("MASTER_KEY_FILE", "/no/such/key", "check that it exists"),
        ("RUST_LOG", "demo=loud", "write a level"),
    ] {
        let error = refusal(&[(variable, value)]);
        assert!(error.contains(variable), "{error}");
        assert!(error.contains(value), "{error}");
        assert!(error.contains(fix), "{error}");
    }
}

#[test]
fn short_key_is_refused_and_not_shown() {
    let error = refusal(&[("MASTER_KEY", "short")]);
    assert!(error.contains("MASTER_KEY"), "{error}");
    assert!(error.contains("16"), "{error}");
    assert!(!error.replace("shorter", "").contains("short"), "{error}");
}

#[test]
fn taken_port_is_reported_in_one_line_with_the_address() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let error = refusal(&[("PORT", &address.port().to_string())]);
    assert!(error.contains(&address.to_string()), "{error}");
}

#[tokio::test]
async fn missing_key_is_generated_and_printed() {
    let mut first = demo(module_path!(), &[]);
    let line = first.line_with("export MASTER_KEY=");
    let (_, key) = line.split_once('=').unwrap();
    assert!(key.len() >= 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit()));

    let scrape = Client::new().get(first.url("/metrics"));
    let scrape = scrape.header(AUTHORIZATION, format!("Bearer {key}"));
    assert_eq!(scrape.send().await.unwrap().status(), 200);

    let mut other = demo(module_path!(), &[]);
    assert_ne!(other.line_with("export MASTER_KEY="), line);
}

#[tokio::test]
async fn given_key_is_not_printed() {
    let demo = Demo::start();
    demo.scrape().await;
    demo.running.terminate();
    let (_, output) = demo.running.wait();
    assert!(!output.concat().contains(KEY), "{output:?}");
}

#[tokio::test]
async fn key_may_come_from_a_file() {
    let mut file = NamedTempFile::new().unwrap();
    writeln!(file, "{KEY}").unwrap();
    let demo = Demo {
        running: demo(
            module_path!(),
            &[("MASTER_KEY_FILE", file.path().to_str().unwrap())],
        ),
        client: Client::new(),
    };
    demo.scrape().await;
    demo.running.terminate();
    let (_, output) = demo.running.wait();
    assert!(!output.concat().contains("MASTER_KEY="), "{output:?}");
}

#[tokio::test]
async fn metrics_path_may_be_set() {
    let demo = demo(module_path!(), &[("METRICS_ENDPOINT", "/internal/metrics")]);
    let client = Client::new();
    let status = async |path| client.get(demo.url(path)).send().await.unwrap().status();
    assert_eq!(status("/internal/metrics").await, 401);
    assert_eq!(status("/metrics").await, 404);
}

#[tokio::test]
async fn flag_wins_over_a_variable_and_a_gateway_may_be_unreachable() {
    let demo = Running::start_with(
        "demo",
        &["--metrics-endpoint", "/debug/metrics"],
        &[
            ("METRICS_ENDPOINT", "/internal/metrics"),
            ("METRICS_PUSH_URL", "http://127.0.0.1:1"),
            ("METRICS_PUSH_JOB", "demo"),
        ],
    );
    let client = Client::new();
    let status = async |path| client.get(demo.url(path)).send().await.unwrap().status();
    assert_eq!(status("/debug/metrics").await, 401);
    assert_eq!(status("/internal/metrics").await, 404);
}

#[tokio::test]
async fn disabled_metrics_are_absent() {
    let mut demo = demo(module_path!(), &[("METRICS_ENABLED", "false")]);
    demo.line_with("Metrics are off");
    let client = Client::new();
    let status = async |path| client.get(demo.url(path)).send().await.unwrap().status();
    assert_eq!(status("/metrics").await, 404);
    assert_eq!(status("/users/1").await, 200);
}

#[tokio::test]
async fn sigterm_lets_a_request_in_flight_finish() {
    let demo = Demo::start();
    let slow = tokio::spawn(demo.request(Method::GET, "/slow?ms=1000").send());
    demo.scrape_until(|scrape| {
        scrape.values("http_requests_in_flight", &[("endpoint", "/slow")]) == [1.0]
    })
    .await;
    demo.running.terminate();

    let response = slow.await.unwrap().unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.text().await.unwrap(), r#"{"waited_ms":1000}"#);
    let (status, output) = demo.running.wait();
    assert!(status.success(), "{status}");
    assert!(
        output.iter().any(|line| line.contains("shutting down")),
        "{output:?}"
    );
}

/// Returns the only line on standard error of a start that must fail.
#[track_caller]
fn refusal(variables: &[(&str, &str)]) -> String {
    let (status, error) = example::refused("demo", variables);
    assert_eq!(status.code(), Some(1), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}
