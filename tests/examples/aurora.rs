//! Settings in a YAML file, and the key in the environment.

use std::fs;

use tempfile::TempDir;
use tests::example::{self, Running};

use crate::{KEY, ended, get, refusal, status};

#[tokio::test]
async fn file_sets_the_path_and_the_environment_the_key() {
    let mut aurora = Running::start("aurora", &[("AURORA_MASTER_KEY", KEY)]);
    aurora.line_with("prometheus metrics enabled");
    let metrics = aurora.url("/internal/prometheus");
    assert_eq!(get(&metrics, None).await.0, 401);
    assert_eq!(get(&metrics, Some("incorrect-horse-battery")).await.0, 401);
    let (status_with_key, body) = get(&metrics, Some(KEY)).await;
    assert_eq!(status_with_key, 200);
    assert!(body.contains("tollgate_scrapes_total"), "{body}");
    assert_eq!(status(&aurora.url("/metrics")).await, 404);
    let output = ended(aurora);
    assert!(!output.concat().contains(KEY), "{output:#?}");
}

#[test]
fn missing_key_is_reported_with_its_variable() {
    let error = refusal(example::refused("aurora", &[]));
    assert!(error.contains("AURORA_MASTER_KEY"), "{error}");
    assert!(error.contains("aurora.yaml"), "{error}");
}

#[tokio::test]
async fn variables_win_over_the_file_and_prefixed_ones_over_bare_ones() {
    let variables = [
        ("AURORA_MASTER_KEY", KEY),
        ("METRICS_ENDPOINT", "/bare"),
        ("AURORA_METRICS_ENDPOINT", "/prefixed"),
    ];
    let aurora = Running::start("aurora", &variables);
    assert_eq!(status(&aurora.url("/prefixed")).await, 401);
    for path in ["/bare", "/internal/prometheus"] {
        assert_eq!(status(&aurora.url(path)).await, 404, "{path}");
    }
}

#[tokio::test]
async fn flag_may_name_another_file() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("other.yaml");
    fs::write(&file, "metrics: { enabled: \"${ON:-false}\" }\n").unwrap();
    let named = ("AURORA_CONFIG", file.to_str().unwrap());
    let mut aurora = Running::start("aurora", &[named]);
    aurora.line_with("prometheus metrics disabled");
    assert_eq!(status(&aurora.url("/metrics")).await, 404);
    let aurora = Running::start("aurora", &[named, ("ON", "true")]);
    assert_eq!(status(&aurora.url("/metrics")).await, 200);
}

#[test]
fn metrics_are_refused_at_paths_of_the_api() {
    let variables = [
        ("AURORA_MASTER_KEY", KEY),
        ("METRICS_ENDPOINT", "/v1/metrics"),
    ];
    let error = refusal(example::refused("aurora", &variables));
    assert!(error.contains("/v1/metrics"), "{error}");
    assert!(error.contains("METRICS_ENDPOINT"), "{error}");
}

#[test]
fn address_without_the_feature_for_it_is_named() {
    let address = [
        ("MANAGEMENT_ADDRESS", "127.0.0.1:0"),
        ("AURORA_MASTER_KEY", KEY),
    ];
    let mut aurora = Running::start("aurora", &address);
    let line = aurora.line_with("without effect");
    for part in ["WARN", "feature management", "MANAGEMENT_ADDRESS"] {
        assert!(line.contains(part), "{part}: {line}");
    }
}
