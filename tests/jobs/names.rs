//! What the metrics are called.

use tests::ledger::Ledger;
use tollgate_collectors::{JobMetric, JobState, Jobs};

#[test]
fn metrics_and_labels_can_be_renamed_and_left_out() {
    let ledger = Ledger::new();
    let jobs = Jobs::builder()
        .namespace("coderd_provisionerd")
        .rename(JobMetric::Running, "jobs_current")
        .rename(JobMetric::Duration, "job_timings_seconds")
        .without(JobMetric::Started)
        .without(JobMetric::Retried)
        .without(JobMetric::Ended)
        .kind_label("provisioner")
        .state_label("status")
        .recorder(ledger.recorder())
        .build();
    jobs.start("terraform").end(JobState::Success);
    let _running = jobs.start("terraform");
    assert_eq!(
        ledger.samples(),
        [
            "coderd_provisionerd_job_timings_seconds_count{provisioner=\"terraform\",status=\"success\"} 1",
            "coderd_provisionerd_jobs_current{provisioner=\"terraform\"} 1",
        ]
    );
}

#[test]
fn all_is_described() {
    let ledger = Ledger::new();
    let jobs = Jobs::builder().recorder(ledger.recorder()).build();
    jobs.start("import").end(JobState::Success);
    assert_eq!(
        ledger.families(),
        [
            "job_duration_seconds histogram",
            "jobs_ended_total counter",
            "jobs_retried_total counter",
            "jobs_running gauge",
            "jobs_started_total counter",
        ]
    );
}
