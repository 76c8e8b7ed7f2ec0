//! Kestra's meters by its own names: dots are `_`, counters gain `_total`, timers `_seconds`.

use std::time::{Duration, SystemTime};

use axum::Router;
use tollgate_collectors::{
    Builder, Job, JobMetric, JobState, Jobs, Queue, QueueMetric, Scheduler, SchedulerMetric,
};

use crate::{app, document};

const LABELS: [(&str, &str); 2] = [("namespace_id", "company.team"), ("flow_id", "nightly")];

/// Starts a builder with Kestra's labels: a namespace and a flow, without a kind.
fn builder(metrics: &app::Metrics) -> Builder<Jobs> {
    Jobs::builder()
        .without_kind_label()
        .bounded_label("namespace_id", 100)
        .bounded_label("flow_id", 100)
        .recorder(metrics.recorder())
}

fn job() -> Job<'static> {
    Job::new("task")
        .labels(&LABELS)
        .queued_for(Duration::from_secs(2))
}

#[tokio::test]
async fn app_exposes_the_meters_of_kestra() {
    let metrics = app::Metrics::new();

    let worker = builder(&metrics)
        .rename(JobMetric::Running, "worker_running_count")
        .rename(JobMetric::Started, "worker_started_count_total")
        .rename(JobMetric::Retried, "worker_retried_count_total")
        .rename(JobMetric::Ended, "worker_ended_count_total")
        .rename(JobMetric::QueuedDuration, "worker_queued_duration_seconds")
        .rename(JobMetric::Duration, "worker_ended_duration_seconds")
        .build()
        .unwrap();
    worker.start(job().retry()).end(JobState::Success);

    let task_runs = builder(&metrics)
        .without(JobMetric::Running)
        .rename(JobMetric::Started, "executor_taskrun_next_count_total")
        .without(JobMetric::Retried)
        .rename(JobMetric::Ended, "executor_taskrun_ended_count_total")
        .without(JobMetric::QueuedDuration)
        .rename(
            JobMetric::Duration,
            "executor_taskrun_ended_duration_seconds",
        )
        .build()
        .unwrap();
    let task_run = task_runs.start(job());
    let results = task_runs.counter(job(), "executor_workertaskresult_count_total");
    results.increment(1);
    task_run.end(JobState::Success);

    let executions = builder(&metrics)
        .without(JobMetric::Running)
        .rename(JobMetric::Started, "executor_execution_started_count_total")
        .without(JobMetric::Retried)
        .rename(JobMetric::Ended, "executor_execution_end_count_total")
        .without(JobMetric::QueuedDuration)
        .rename(JobMetric::Duration, "executor_execution_duration_seconds")
        .build()
        .unwrap();
    executions.start(job()).end(JobState::Failed);

    let indexer = Queue::builder("indexer")
        .without_queue_label()
        .without(QueueMetric::Depth)
        .without(QueueMetric::In)
        .rename(QueueMetric::Out, "indexer_count_total")
        .without(QueueMetric::Failed)
        .without(QueueMetric::Lag)
        .rename(QueueMetric::BatchDuration, "indexer_duration_seconds")
        .recorder(metrics.recorder())
        .build()
        .unwrap();
    indexer.dequeue(5).finish();

    let scheduler = Scheduler::builder()
        .without_schedule_label()
        .bounded_label("namespace_id", 100)
        .bounded_label("flow_id", 100)
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
        .recorder(metrics.recorder())
        .build()
        .unwrap();
    let schedule = scheduler.schedule(job());
    schedule.plan(SystemTime::now());
    drop(schedule.evaluate());
    schedule.trigger();

    let address = app::serve(Router::new(), metrics.route()).await;
    let scrape = app::scrape(address).await;
    document::assert_kept("Kestra", &scrape);
    assert_eq!(scrape.values("indexer_count_total", &[]), [5.0]);
    let flow = [LABELS[0], LABELS[1], ("state", "failed")];
    let failed = scrape.values("executor_execution_end_count_total", &flow);
    assert_eq!(failed, [1.0]);
}
