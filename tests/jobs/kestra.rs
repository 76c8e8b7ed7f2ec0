//! Kestra's meters by its own names: dots are `_`, counters gain `_total`, timers `_seconds`.

use std::time::{Duration, SystemTime};

use tests::ledger::Ledger;
use tollgate_collectors::{
    JobMetric, JobState, Jobs, JobsBuilder, NamedJob, Queue, QueueMetric, Scheduler,
    SchedulerMetric,
};

const LABELS: [(&str, &str); 2] = [("namespace_id", "company.team"), ("flow_id", "nightly")];

/// Jobs with Kestra's labels: a namespace and a flow, and no kind.
fn builder(ledger: &Ledger) -> JobsBuilder {
    Jobs::builder()
        .kind_label("")
        .label("namespace_id", 100)
        .label("flow_id", 100)
        .recorder(ledger.recorder())
}

fn job() -> NamedJob<'static> {
    NamedJob::new("task")
        .labels(&LABELS)
        .queued_for(Duration::from_secs(2))
}

#[test]
fn every_meter_of_kestra_can_be_had_by_its_name() {
    let ledger = Ledger::new();

    let worker = builder(&ledger)
        .rename(JobMetric::Running, "worker_running_count")
        .rename(JobMetric::Started, "worker_started_count_total")
        .rename(JobMetric::Retried, "worker_retried_count_total")
        .rename(JobMetric::Ended, "worker_ended_count_total")
        .rename(JobMetric::QueuedDuration, "worker_queued_duration_seconds")
        .rename(JobMetric::Duration, "worker_ended_duration_seconds")
        .build();
    worker.start(&job().retry()).end(JobState::Success);

    let task_runs = builder(&ledger)
        .without(JobMetric::Running)
        .rename(JobMetric::Started, "executor_taskrun_next_count_total")
        .without(JobMetric::Retried)
        .rename(JobMetric::Ended, "executor_taskrun_ended_count_total")
        .without(JobMetric::QueuedDuration)
        .rename(
            JobMetric::Duration,
            "executor_taskrun_ended_duration_seconds",
        )
        .build();
    let task_run = task_runs.start(&job());
    let results = task_run
        .metrics()
        .counter("executor_workertaskresult_count_total");
    results.increment(1);
    task_run.end(JobState::Success);

    let executions = builder(&ledger)
        .without(JobMetric::Running)
        .rename(JobMetric::Started, "executor_execution_started_count_total")
        .without(JobMetric::Retried)
        .rename(JobMetric::Ended, "executor_execution_end_count_total")
        .without(JobMetric::QueuedDuration)
        .rename(JobMetric::Duration, "executor_execution_duration_seconds")
        .build();
    executions.start(&job()).end(JobState::Failed);

    let indexer = Queue::builder("indexer")
        .queue_label("")
        .without(QueueMetric::Depth)
        .without(QueueMetric::In)
        .rename(QueueMetric::Out, "indexer_count_total")
        .without(QueueMetric::Failed)
        .without(QueueMetric::Lag)
        .rename(QueueMetric::BatchDuration, "indexer_duration_seconds")
        .recorder(ledger.recorder())
        .build();
    indexer.take(5).done();

    let scheduler = Scheduler::builder()
        .schedule_label("")
        .label("namespace_id", 100)
        .label("flow_id", 100)
        .rename(SchedulerMetric::Triggers, "scheduler_trigger_count_total")
        .rename(
            SchedulerMetric::Evaluations,
            "scheduler_evaluate_running_count",
        )
        .rename(
            SchedulerMetric::EvaluationDuration,
            "scheduler_evaluate_duration_seconds",
        )
        .without(SchedulerMetric::Delay)
        .without(SchedulerMetric::Next)
        .recorder(ledger.recorder())
        .build();
    let schedule = scheduler.schedule(&job());
    schedule.plan(SystemTime::now());
    drop(schedule.evaluate());
    schedule.trigger();

    let flow = "namespace_id=\"company.team\",flow_id=\"nightly\"";
    assert_eq!(
        ledger.samples(),
        [
            format!("executor_execution_duration_seconds_count{{{flow},state=\"failed\"}} 1"),
            format!("executor_execution_end_count_total{{{flow},state=\"failed\"}} 1"),
            format!("executor_execution_started_count_total{{{flow}}} 1"),
            format!("executor_taskrun_ended_count_total{{{flow},state=\"success\"}} 1"),
            format!("executor_taskrun_ended_duration_seconds_count{{{flow},state=\"success\"}} 1"),
            format!("executor_taskrun_next_count_total{{{flow}}} 1"),
            format!("executor_workertaskresult_count_total{{{flow}}} 1"),
            "indexer_count_total 5".to_owned(),
            "indexer_duration_seconds_count 1".to_owned(),
            format!("scheduler_evaluate_duration_seconds_count{{{flow}}} 1"),
            format!("scheduler_evaluate_running_count{{{flow}}} 0"),
            format!("scheduler_trigger_count_total{{{flow}}} 1"),
            format!("worker_ended_count_total{{{flow},state=\"success\"}} 1"),
            format!("worker_ended_duration_seconds_count{{{flow},state=\"success\"}} 1"),
            format!("worker_queued_duration_seconds_count{{{flow}}} 1"),
            format!("worker_retried_count_total{{{flow}}} 1"),
            format!("worker_running_count{{{flow}}} 0"),
            format!("worker_started_count_total{{{flow}}} 1"),
        ]
    );
}
