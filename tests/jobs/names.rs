//! Names of the metrics.

use tests::ledger::Ledger;
use tollgate_collectors::{
    BuildError, Job, JobLabel, JobMetric, JobState, Jobs, Queue, QueueMetric, Scheduler,
};

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
        .rename_label(JobLabel::Kind, "provisioner")
        .rename_label(JobLabel::State, "status")
        .recorder(ledger.recorder())
        .build()
        .unwrap();
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
fn all_metrics_are_described() {
    let ledger = Ledger::new();
    let jobs = Jobs::builder().recorder(ledger.recorder());
    let jobs = jobs.build().unwrap();
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

#[test]
fn labels_are_in_all_metrics_and_in_the_lists() {
    let ledger = Ledger::new();
    let jobs = Jobs::builder()
        .without_kind_label()
        .bounded_label("tenant", 10)
        .constant_label("region", "eu")
        .recorder(ledger.recorder())
        .build()
        .unwrap();
    let job = Job::new("import").labels(&[("tenant", "acme")]);
    let guard = jobs.start(&job);
    let running = jobs.running();
    let labels: Vec<_> = running[0].labels().collect();
    assert_eq!(labels, [("tenant", "acme"), ("region", "eu")]);
    assert_eq!(running[0].kind(), "import");

    jobs.counter(&job, "rows_total").increment(1);
    guard.end(JobState::Success);
    let scrape = ledger.scrape();
    for name in [
        "jobs_started_total",
        "job_duration_seconds_count",
        "rows_total",
    ] {
        assert_eq!(scrape.values(name, &labels), [1.0], "{name}");
    }
    assert!(!scrape.samples().any(|sample| sample.contains("kind=")));
}

#[test]
fn names_that_prometheus_refuses_are_refused() {
    #[track_caller]
    fn assert_refused<T>(built: Result<T, BuildError>, part: &str) {
        let error = built.err().expect("a name is refused").to_string();
        assert!(error.contains(part), "{error}");
    }
    let jobs = Jobs::builder;
    assert_refused(
        jobs().namespace("my app").build(),
        "\"my app_jobs_running\"",
    );
    assert_refused(jobs().bounded_label("a b", 1).build(), "\"a b\"");
    let twice = jobs().bounded_label("tenant", 1).bounded_label("tenant", 1);
    assert_refused(twice.build(), "\"tenant\"");
    assert_refused(
        jobs().bounded_label("state", 1).build(),
        "\"jobs_ended_total\"",
    );
    assert_refused(jobs().bounded_label("tenant", 0).build(), "\"tenant\"");
    assert_refused(jobs().max_kinds(1_001).build(), "max_kinds 1001");
    let many = (0..8).fold(jobs(), |jobs, n| jobs.bounded_label(format!("l{n}"), 1));
    assert_refused(many.build(), "8 bounded labels");

    let scheduler = Scheduler::builder;
    assert_refused(
        scheduler().bounded_label("schedule", 1).build(),
        "\"schedule\"",
    );
    assert_refused(scheduler().max_kinds(0).build(), "max_kinds 0");
    let queue = || Queue::builder("outbox");
    assert_refused(queue().constant_label("queue", "x").build(), "\"queue\"");
    let collides = queue().rename(QueueMetric::In, "queue_out_total");
    assert_refused(collides.build(), "two metrics");
}
