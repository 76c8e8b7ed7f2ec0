//! Names and values that formats could tell differently.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    http::{Method, StatusCode},
    routing::get,
};
use metrics::{counter, gauge, histogram, with_local_recorder};
use tests::{
    outside,
    prometheus::{Job, Server},
    scrape::Scrape,
};
use tollgate_axum::{Axum, Guard, MetricsPath, RouterExt};
use tollgate_collectors::{BoxError, Collector, Periodic, Stage};
use tollgate_exposition::Kind;
use tollgate_http::RequestMetricsLayer;
use tollgate_recorder::{Handle, Matcher, RecorderBuilder};

use crate::{jobs, names, serve, until_stored};

async fn mounted(handle: &Handle) -> String {
    let app = Router::new();
    serve(app.mount_metrics(&MetricsPath::default(), handle.clone(), Guard::Open)).await
}

/// Registers every metric that has a name which `OpenMetrics` uses for another.
fn register(prefix: &str, is_reversed: bool) {
    let name = |name: &str| format!("{prefix}_{name}");
    let gauge = |of: &str| gauge!(name(of)).set(5.0);
    let counter = |of: &str| counter!(name(of)).increment(7);
    let histogram = |of: &str| histogram!(name(of)).record(0.5);
    let mut all: Vec<Box<dyn Fn()>> = vec![
        Box::new(|| gauge("alloc_bytes")),
        Box::new(|| counter("alloc_bytes_total")),
        Box::new(|| counter("orders")),
        Box::new(|| counter("jobs")),
        Box::new(|| counter("jobs_total")),
        Box::new(|| histogram("wait")),
        Box::new(|| counter("wait_total")),
        Box::new(|| counter("wait_bucket_total")),
        Box::new(|| counter("wait_sum_total")),
        Box::new(|| counter("wait_count_total")),
        Box::new(|| gauge("wait_created")),
        Box::new(|| gauge("made_created")),
        Box::new(|| gauge("made_info")),
        Box::new(|| counter("made_total")),
        Box::new(|| gauge("made_gauge_total")),
    ];
    if is_reversed {
        all.reverse();
    }
    for register in all {
        register();
    }
}

/// Totals in seconds and of rows, of which the second restarts.
const TOTALS: [(f64, u64); 4] = [(0.27, 1000), (0.89, 1010), (1.03, 3), (1.25, 13)];

/// Collector of the totals at an index.
struct Totals(Arc<AtomicUsize>);

impl Collector for Totals {
    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        let (seconds, rows) = TOTALS[self.0.load(Ordering::Relaxed)];
        stage.counter("cpu_seconds_total", &[("of", "app")], seconds);
        stage.counter("rows_total", &[("of", "app")], rows);
        Ok(())
    }
}

#[tokio::test]
async fn every_name_and_value_is_stored_from_every_format() {
    let Some(prometheus) = outside::program("prometheus", "apt-get install prometheus") else {
        return;
    };
    let (recorder, handle) = RecorderBuilder::new()
        .buckets(&[0.5, 1.0])
        .buckets_for(Matcher::Full("balance".into()), &[-1.0, 1.0])
        .summary_for(Matcher::Prefix("size".into()), &[0.5])
        .build()
        .unwrap();
    with_local_recorder(&recorder, || {
        register("first", false);
        register("second", true);
        for value in [-3.0, 0.5] {
            histogram!("balance").record(value);
            histogram!("negative").record(-1.0);
            histogram!("size").record(value);
            histogram!("size_negative").record(-1.0);
        }
    });
    let app = mounted(&handle).await;
    let server = Server::start(prometheus, &app, &jobs(&app, "").await);
    let (index, recorder) = (Arc::new(AtomicUsize::new(0)), Arc::new(recorder));
    let totals = Totals(Arc::clone(&index));
    let interval = Duration::from_millis(50);
    let _totals = Periodic::start_with_recorder(recorder, "totals", interval, totals);
    for (now, (seconds, rows)) in TOTALS.into_iter().enumerate() {
        index.store(now, Ordering::Relaxed);
        until_stored(&server, |stored| {
            let has = |name: &str, value: String| stored.get(name) == Some(&value);
            let has_seconds = has("cpu_seconds_total{\"of\":\"app\"}", seconds.to_string());
            let has_rows = has("rows_total{\"of\":\"app\"}", rows.to_string());
            (has_seconds && has_rows)
                .then_some(())
                .ok_or_else(|| format!("{stored:#?}"))
        })
        .await;
    }
    let scrape = Scrape::new(handle.render());
    let mut expected = server.stored("text").await;
    // They change at each collection.
    let is_fixed = |name: &String| !name.starts_with("tollgate_collector_duration");
    expected.retain(|name, _| is_fixed(name));
    let own = expected.keys().map(String::as_str);
    let mut text = names(scrape.samples());
    text.retain(|name| !name.starts_with("tollgate_collector_duration"));
    assert_eq!(names(own), text);
    assert_eq!(expected["first_orders{}"], "7");
    assert_eq!(expected["balance_sum{}"], "-2.5");
    until_stored(&server, |stored| {
        let mut stored = stored.clone();
        stored.retain(|name, _| is_fixed(name));
        if stored == expected {
            return Ok(());
        }
        Err(format!("{stored:#?}, not {expected:#?}"))
    })
    .await;
    for (job, _) in crate::FORMATS {
        let resets = format!("resets(rows_total{{job={job:?}}}[5m])");
        assert_eq!(server.value(&resets).await, Some(1.0), "{job}");
    }
}

#[tokio::test]
async fn gauge_in_flight_is_stored_beyond_the_idle_timeout() {
    let Some(prometheus) = outside::program("prometheus", "apt-get install prometheus") else {
        return;
    };
    let idle = Duration::from_secs(1);
    let builder = RecorderBuilder::new().idle_timeout_for(Kind::Gauge, idle);
    let (recorder, handle) = builder.build().unwrap();
    let running = with_local_recorder(&recorder, || {
        gauge!("stale").set(3.0);
        gauge!("running")
    });
    running.increment(1);
    let app = mounted(&handle).await;
    let server = Server::start(prometheus, &app, &[Job::new("text", "")]);
    // The timeout has passed once a gauge that was only set has left.
    server
        .until("count_over_time(stale[5m]) unless stale", |count| {
            count > 0.0
        })
        .await;
    server.until("running", |value| value == 1.0).await;
    running.decrement(1);
    server.until("running", |value| value == 0.0).await;
    server
        .until("count_over_time(running[5m]) unless running", |count| {
            count > 0.0
        })
        .await;
}

#[tokio::test]
async fn first_panic_of_a_route_that_begins_at_zero_is_an_increase() {
    let Some(prometheus) = outside::program("prometheus", "apt-get install prometheus") else {
        return;
    };
    let (recorder, handle) = RecorderBuilder::new().build().unwrap();
    let layer = RequestMetricsLayer::builder()
        .recorder(Arc::new(recorder))
        .begin_at_zero(
            Method::GET,
            "/panic",
            [StatusCode::INTERNAL_SERVER_ERROR],
            ["panic"],
        )
        .build()
        .unwrap();
    let app = Router::new()
        .route(
            "/panic",
            get(async || -> () { panic!("as the test asks for") }),
        )
        .layer(layer.for_host(Axum))
        .mount_metrics(&MetricsPath::default(), handle, Guard::Open);
    let app = serve(app).await;
    let server = Server::start(prometheus, &app, &[Job::new("text", "")]);
    let series = [
        r#"http_request_total{method="GET",endpoint="/panic",status="500"}"#,
        r#"http_request_exceptions_total{method="GET",endpoint="/panic",exception="panic"}"#,
    ];
    for series in series {
        server.until(series, |count| count == 0.0).await;
    }
    // The server closes the connection.
    let answer = reqwest::get(format!("{app}/panic")).await;
    assert!(answer.is_err(), "{answer:?}");
    for series in series {
        server.until(series, |count| count == 1.0).await;
        let increase = format!("increase({series}[5m])");
        server.until(&increase, |count| count > 0.0).await;
    }
}
