//! Metrics that a job adds.

use tests::ledger::Ledger;
use tollgate_collectors::{JobState, Jobs, NamedJob};

#[test]
fn a_job_adds_metrics_under_its_labels() {
    let ledger = Ledger::new();
    let jobs = Jobs::builder()
        .bounded_label("flow", 10)
        .recorder(ledger.recorder())
        .build()
        .unwrap();
    let job = NamedJob::new("import").labels(&[("flow", "nightly")]);
    let guard = jobs.start(&job);
    guard.metrics().counter("import_rows_total").increment(20);
    guard.metrics().gauge("import_progress_ratio").set(0.5);
    guard.metrics().histogram("import_row_bytes").record(100.0);
    guard.end(JobState::Success);
    // The handler of a service has only the job.
    jobs.metrics(&job).counter("import_rows_total").increment(1);

    let own: Vec<String> = ledger
        .samples()
        .into_iter()
        .filter(|sample| sample.starts_with("import_"))
        .collect();
    assert_eq!(
        own,
        [
            "import_progress_ratio{kind=\"import\",flow=\"nightly\"} 0.5",
            "import_row_bytes_count{kind=\"import\",flow=\"nightly\"} 1",
            "import_row_bytes_sum{kind=\"import\",flow=\"nightly\"} 100",
            "import_rows_total{kind=\"import\",flow=\"nightly\"} 21",
        ]
    );
}
