//! Settings of other systems in the demo, and their common mistakes.

use tests::example::{self, Running};

use crate::{KEY, get, refusal, status};

#[tokio::test]
async fn metrics_are_enabled_at_a_path_by_two_variables() {
    let variables = [
        ("METRICS_ENABLED", "true"),
        ("METRICS_ENDPOINT", "/internal/prometheus"),
        ("MASTER_KEY", KEY),
    ];
    let mut demo = Running::start("demo", &variables);
    let line = demo.line_with("prometheus metrics enabled");
    assert!(line.ends_with("endpoint=/internal/prometheus"), "{line}");
    let url = demo.url("/internal/prometheus");
    assert_eq!(get(&url, Some(KEY)).await.0, 200);
    assert_eq!(status(&demo.url("/metrics")).await, 404);
}

#[tokio::test]
async fn metrics_path_is_served_for_debugging() {
    let variables = [
        ("SERVE_PROMETHEUS_ENDPOINT", "true"),
        ("METRICS_ENDPOINT", "/debug/metrics"),
        ("MASTER_KEY", KEY),
    ];
    let demo = Running::start("demo", &variables);
    assert_eq!(get(&demo.url("/debug/metrics"), Some(KEY)).await.0, 200);
}

#[tokio::test]
async fn disabled_metrics_are_404_and_logged() {
    let mut demo = Running::start("demo", &[("SERVE_PROMETHEUS_ENDPOINT", "false")]);
    demo.line_with("prometheus metrics disabled");
    assert_eq!(status(&demo.url("/metrics")).await, 404);
}

#[test]
fn path_without_a_slash_is_refused_at_startup() {
    let error = refusal(example::refused("demo", &[("METRICS_ENDPOINT", "metrics")]));
    assert!(error.contains("METRICS_ENDPOINT"), "{error}");
    assert!(error.contains(r#"write "/metrics""#), "{error}");
}

#[test]
fn conflicting_variables_are_both_reported() {
    let variables = [
        ("SERVE_PROMETHEUS_ENDPOINT", "true"),
        ("METRICS_ENABLED", "false"),
    ];
    let error = refusal(example::refused("demo", &variables));
    for (name, _) in variables {
        assert!(error.contains(name), "{error}");
    }
}
