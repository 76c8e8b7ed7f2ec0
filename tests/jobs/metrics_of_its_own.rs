//! Metrics that a job adds.

use tests::ledger::Ledger;
use tollgate_collectors::{Job, JobState, Jobs};

#[test]
fn a_job_adds_metrics_under_its_labels() {
    let ledger = Ledger::new();
    let jobs = Jobs::builder()
        .bounded_label("flow", 10)
        .recorder(ledger.recorder())
        .build()
        .unwrap();
    let job = Job::new("import").labels(&[("flow", "nightly")]);
    let guard = jobs.start(&job);
    jobs.counter(&job, "import_rows_total").increment(20);
    jobs.gauge(&job, "import_progress_ratio").set(0.5);
    jobs.histogram(&job, "import_row_bytes").record(100.0);
    guard.end(JobState::Success);
    jobs.counter(&job, "import_rows_total").increment(1);

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
