//! Gauges that are always 1.

use tests::ledger::Ledger;
use tollgate_collectors::{Info, ScrapeHooks};

use crate::NEVER;

#[test]
fn an_info_is_1_and_says_what_it_says_in_its_labels() {
    let ledger = Ledger::new();
    metrics::with_local_recorder(&ledger.recorder(), || {
        let build = Info::build("2.1.0").label("revision", "8f5aa6f");
        build.set();
        build.namespace("coderd").set();
        Info::new("flask_exporter_info", "Information about the exporter.")
            .label("version", "0.23.2")
            .set();
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
async fn an_info_can_be_hooked() {
    let ledger = Ledger::new();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .deadline(NEVER)
        .hook("build", Info::build("2.1.0"));
    hooks.run().await;
    let version = [("version", "2.1.0")];
    assert_eq!(ledger.scrape().values("build_info", &version), [1.0]);
}
