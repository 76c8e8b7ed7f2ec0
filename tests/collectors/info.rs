//! Gauges that are always 1.

use tests::ledger::Ledger;
use tollgate_collectors::{InfoGauge, ScrapeHooks};

use crate::NEVER;

#[test]
fn an_info_gauge_is_1_and_has_its_labels() {
    let ledger = Ledger::new();
    metrics::with_local_recorder(&ledger.recorder(), || {
        let build = InfoGauge::build_info("2.1.0").constant_label("revision", "8f5aa6f");
        build.set().unwrap();
        build.namespace("coderd").set().unwrap();
        InfoGauge::new("flask_exporter_info", "Information about the exporter.")
            .constant_label("version", "0.23.2")
            .set()
            .unwrap();
    });
    assert_eq!(
        ledger.samples(),
        [
            "build_info{version=\"2.1.0\",revision=\"8f5aa6f\"} 1",
            "coderd_build_info{version=\"2.1.0\",revision=\"8f5aa6f\"} 1",
            "flask_exporter_info{version=\"0.23.2\"} 1",
        ]
    );
}

#[tokio::test]
async fn an_info_gauge_can_be_a_hook() {
    let ledger = Ledger::new();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .hook_timeout(NEVER)
        .hook("build", InfoGauge::build_info("2.1.0"));
    hooks.run().await;
    let version = [("version", "2.1.0")];
    assert_eq!(ledger.scrape().values("build_info", &version), [1.0]);
}

#[test]
fn names_that_prometheus_refuses_are_refused() {
    let twice = InfoGauge::build_info("2.1.0").constant_label("version", "2");
    let error = twice.set().unwrap_err().to_string();
    assert!(error.contains("two labels of \"build_info\""), "{error}");
}
