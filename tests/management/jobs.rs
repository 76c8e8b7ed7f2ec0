//! Running jobs and schedules, field by field.

use std::time::{Duration, SystemTime};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tollgate_collectors::{Job, JobState, Jobs, Scheduler};
use tollgate_management::{ManagementBuilder, Readiness, management_router};

use crate::{ask, endpoints};

async fn json(router: &Router, path: &str) -> Value {
    let answer = ask(router, Method::GET, path, None).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    assert_eq!(answer.headers[CONTENT_TYPE], "application/json", "{path}");
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn running_jobs_are_counted_and_listed_until_they_end() {
    let jobs = Jobs::builder().bounded_label("tenant", 10).build();
    let jobs = jobs.unwrap();
    let router = management_router().tasks("tasks", &jobs);
    let router = router.build().unwrap();
    let idle = json!({ "runningCount": 0, "runnings": [] });
    assert_eq!(json(&router, "/tasks").await, idle);

    let import = Job::new("import").id("42");
    let import = jobs.start(import.labels(&[("tenant", "acme")]));
    let mut busy = json(&router, "/tasks").await;
    let since = busy["runnings"][0]["since"].take();
    let seconds = busy["runnings"][0]["seconds"].take();
    let expected = json!({
        "runningCount": 1,
        "runnings": [{
            "id": "42",
            "kind": "import",
            "labels": { "kind": "import", "tenant": "acme" },
            "since": null,
            "seconds": null,
        }],
    });
    assert_eq!(busy, expected);
    assert!(seconds.as_f64() >= Some(0.0), "{seconds}");
    assert_moment(&since);

    import.end(JobState::Success);
    assert_eq!(json(&router, "/tasks").await, idle);
}

#[tokio::test]
async fn jobs_beyond_the_list_are_counted() {
    let jobs = Jobs::builder().max_listed(2).build().unwrap();
    let router = management_router().tasks("tasks", &jobs);
    let router = router.build().unwrap();
    let _running: Vec<_> = (0..5).map(|_| jobs.start("import")).collect();
    let busy = json(&router, "/tasks").await;
    assert_eq!(busy["runningCount"], 5);
    assert_eq!(busy["runnings"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn schedules_are_listed_with_their_next_date() {
    let scheduler = Scheduler::new();
    let router = management_router().schedule("schedule", &scheduler);
    let router = router.build().unwrap();
    let nightly = scheduler.schedule("nightly");
    nightly.plan(SystemTime::UNIX_EPOCH + Duration::from_millis(4_102_444_800_500));
    let now_and_then = scheduler.schedule("now_and_then");
    let never = json!({
        "name": "now_and_then",
        "labels": { "schedule": "now_and_then" },
        "next": null,
        "last": null,
    });
    let planned = json!({
        "name": "nightly",
        "labels": { "schedule": "nightly" },
        "next": "2100-01-01T00:00:00.500Z",
        "last": null,
    });
    let both = json!({ "schedulableCount": 2, "schedulable": [planned, never] });
    assert_eq!(json(&router, "/schedule").await, both);

    drop(now_and_then);
    nightly.trigger();
    let mut triggered = json(&router, "/schedule").await;
    assert_moment(&triggered["schedulable"][0]["last"].take());
    let nightly = json!({
        "name": "nightly",
        "labels": { "schedule": "nightly" },
        "next": null,
        "last": null,
    });
    let alone = json!({ "schedulableCount": 1, "schedulable": [nightly] });
    assert_eq!(triggered, alone);
}

/// Asserts a date of this century in UTC, such as `2026-01-02T03:04:05.006Z`.
#[track_caller]
fn assert_moment(moment: &Value) {
    let moment = moment.as_str().unwrap();
    let shape: String = moment
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000Z");
    assert!(moment.starts_with("20"), "{moment}");
}

#[tokio::test]
async fn ids_of_kestra_can_be_set() {
    let router = management_router()
        .tasks("worker", &Jobs::new())
        .schedule("scheduler", &Scheduler::new())
        .build()
        .unwrap();
    assert_eq!(json(&router, "/worker").await["runningCount"], 0);
    assert_eq!(json(&router, "/scheduler").await["schedulableCount"], 0);
    for path in ["/tasks", "/schedule"] {
        let answer = ask(&router, Method::GET, path, None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn taken_or_invalid_id_is_refused() {
    type Add = fn(ManagementBuilder, &str) -> ManagementBuilder;
    let tasks: Add = |builder, id| builder.tasks(id, &Jobs::new());
    let schedule: Add = |builder, id| {
        let scheduler = Scheduler::new();
        builder.schedule(id, &scheduler)
    };
    for add in [tasks, schedule] {
        for (id, fault) in [
            ("health", "there are two endpoints"),
            ("metrics", "there are two endpoints"),
            ("tasks", "there are two endpoints"),
            ("schedule", "there are two endpoints"),
            ("discovery", "there are two endpoints"),
            ("", "is no name"),
            ("..", "is no name"),
            ("a/b", "is no name"),
            ("{id}", "is no name"),
            ("*rest", "is no name"),
        ] {
            let error = add(endpoints(&Readiness::new()), id).build().unwrap_err();
            let message = error.to_string();
            assert!(message.contains(fault), "{message}");
            assert!(message.contains(&format!("{id:?}")), "{message}");
        }
    }
}
