//! Pushes to a real Pushgateway, and jobs that outlive its failures.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod failures;
mod gateway;

use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tollgate::metrics::{counter, gauge};
use tollgate::push::Push;
use tollgate::{Settings, Tollgate, TollgateBuilder};

use gateway::Gateway;

/// Returns a builder on the recorder that these tests are about: see `stock.rs`.
fn builder() -> TollgateBuilder {
    if module_path!().contains("stock") {
        Tollgate::builder().metrics_exporter_prometheus()
    } else {
        Tollgate::builder()
    }
}

#[tokio::test]
async fn last_push_brings_the_metrics_of_the_job() {
    let Some(gateway) = Gateway::start(&[]) else {
        return;
    };
    let push = push(gateway.url(), "nightly")
        .instance("eu-1")
        .label("team", "billing")
        .unwrap();
    let pushing = suite(push).pushing();
    counter!("rows_imported_total", "table" => "orders").increment(42);
    assert!(gateway.groups().await.is_empty());
    pushing.finish().await;

    let labels = [
        ("instance", "eu-1"),
        ("job", "nightly"),
        ("team", "billing"),
    ];
    assert_eq!(gateway.groups().await, [labels.map(owned)]);
    let pushed = gateway.metrics().await;
    let mut series = labels.to_vec();
    series.push(("table", "orders"));
    assert_eq!(pushed.values("rows_imported_total", &series), [42.0]);
}

#[tokio::test]
async fn label_values_may_be_any_text() {
    let Some(gateway) = Gateway::start(&[]) else {
        return;
    };
    for value in [
        "",
        ".",
        "..",
        "/",
        "a/b",
        "a b+c",
        "50%",
        "%2F",
        "?a=b#c",
        "\"quoted\\\"",
        "line\nbreak",
        "x@base64",
        "Προμηθεύς",
        "\u{0}\u{7f}",
    ] {
        let push = push(gateway.url(), "hostile")
            .label("value", value)
            .unwrap();
        suite(push).pushing().finish().await;

        let mut expected = vec![("job", "hostile")];
        if !value.is_empty() {
            expected.push(("value", value));
        }
        // Newer gateways keep an empty label, which Prometheus takes as absent.
        let mut groups = gateway.groups().await;
        for group in &mut groups {
            group.retain(|(_, value)| !value.is_empty());
        }
        let expected: Vec<_> = expected.into_iter().map(owned).collect();
        assert!(groups.contains(&expected), "{value:?}: {groups:?}");
    }
}

#[tokio::test]
async fn job_may_be_any_text_but_the_empty_one() {
    let Some(gateway) = Gateway::start(&[]) else {
        return;
    };
    for job in ["a/b", "..", "näch tlich"] {
        suite(push(gateway.url(), job)).pushing().finish().await;
        let group = vec![owned(("job", job))];
        let groups = gateway.groups().await;
        assert!(groups.contains(&group), "{groups:?}");
    }
}

#[tokio::test]
async fn push_at_an_interval_replaces_the_one_before() {
    let Some(gateway) = Gateway::start(&[]) else {
        return;
    };
    let push = push(gateway.url(), "long")
        .every(Duration::from_millis(20))
        .unwrap();
    let pushing = suite(push).pushing();
    let pushed = async |value: f64| {
        gauge!("rows_left").set(value);
        gateway
            .until(|pushed| pushed.values("rows_left", &[("job", "long")]) == [value])
            .await;
    };
    pushed(2.0).await;
    pushed(1.0).await;
    gauge!("rows_left").set(0.0);
    pushing.finish().await;
    let left = gateway.metrics().await;
    assert_eq!(left.values("rows_left", &[("job", "long")]), [0.0]);
    assert_eq!(gateway.groups().await.len(), 1);
}

#[tokio::test]
async fn deleted_group_leaves_nothing_behind() {
    let Some(gateway) = Gateway::start(&[]) else {
        return;
    };
    let push = push(gateway.url(), "brief")
        .every(Duration::from_millis(20))
        .unwrap()
        .delete_at_end();
    let pushing = suite(push).pushing();
    gateway.until_groups(1).await;
    pushing.finish().await;
    // The gateway answers before it has deleted.
    gateway.until_groups(0).await;
}

#[tokio::test]
async fn gateway_may_be_behind_a_prefix() {
    let Some(gateway) = Gateway::start(&["--web.route-prefix=/push/gate"]) else {
        return;
    };
    let url = format!("{}/push/gate/", gateway.url());
    suite(push(&url, "prefixed")).pushing().finish().await;
    let groups = gateway.groups_under("/push/gate").await;
    assert_eq!(groups, [[owned(("job", "prefixed"))]]);
}

#[tokio::test]
async fn hook_runs_before_each_push() {
    let Some(gateway) = Gateway::start(&[]) else {
        return;
    };
    let suite = builder()
        .enabled(true)
        .before_render(async || gauge!("asked_before_a_push").set(1))
        .push(push(gateway.url(), "asked"))
        .build()
        .unwrap();
    suite.pushing().finish().await;
    let pushed = gateway.metrics().await;
    assert_eq!(pushed.values("asked_before_a_push", &[]), [1.0]);
}

#[tokio::test]
async fn served_app_pushes_once_it_is_drained() {
    let Some(gateway) = Gateway::start(&[]) else {
        return;
    };
    for (job, binds_metrics_first) in [("served", false), ("served_bound", true)] {
        let suite = suite(push(gateway.url(), job));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut served = suite.serve(listener, Router::<()>::new());
        if binds_metrics_first {
            served = served.with_metrics(suite.bind_metrics().await.unwrap());
        }
        served.with_graceful_shutdown(async {}).await.unwrap();
        let groups = gateway.groups().await;
        assert!(groups.contains(&vec![owned(("job", job))]), "{groups:?}");
    }
}

#[tokio::test]
async fn settings_name_the_gateway_and_show_no_password() {
    let Some(gateway) = Gateway::start(&[]) else {
        return;
    };
    let url = gateway.url().replace("http://", "http://ada:s3cret@");
    let settings = Settings::loader()
        .environment([
            ("METRICS_ENABLED", "true"),
            ("METRICS_PUSH_URL", &*url),
            ("METRICS_PUSH_JOB", "a/b"),
            ("METRICS_PUSH_INSTANCE", "eu-1"),
        ])
        .load()
        .unwrap();
    let shown = format!("{settings} {settings:?} {}", settings.to_json());
    assert!(
        shown.contains("a/b") && !shown.contains("s3cret"),
        "{shown}"
    );

    let suite = builder().settings(settings).build().unwrap();
    suite.pushing().finish().await;
    let group = [("instance", "eu-1"), ("job", "a/b")];
    assert_eq!(gateway.groups().await, [group.map(owned)]);
}

#[tokio::test]
async fn disabled_suite_pushes_nothing() {
    let Some(gateway) = Gateway::start(&[]) else {
        return;
    };
    let push = push(gateway.url(), "off")
        .every(Duration::from_millis(1))
        .unwrap();
    let suite = builder().enabled(false).push(push).build().unwrap();
    suite.pushing().finish().await;
    assert!(gateway.groups().await.is_empty());
}

#[track_caller]
fn push(url: &str, job: &str) -> Push {
    Push::new(url, job).unwrap()
}

#[track_caller]
fn suite(push: Push) -> Tollgate {
    builder().enabled(true).push(push).build().unwrap()
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
