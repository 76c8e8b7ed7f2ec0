//! Metrics of the metrics route itself.

use std::{
    sync::{
        Arc, Mutex,
        mpsc::{self, Receiver},
    },
    time::Duration,
};

use axum::{BoxError, Router};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tests::scrape::Scrape;
use tollgate_axum::{Guard, MetricsPath, MetricsRoute, RouterExt};
use tollgate_exposition::{Exposition, Family, Kind, Selection, Series, Snapshot, Value};

use crate::{Formats, ask, mounted, scrape};

/// Returns a route that serves its own metrics.
#[track_caller]
fn recording() -> (Router, PrometheusHandle) {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&[60.0])
        .unwrap()
        .build_recorder();
    let handle = recorder.handle();
    let route = MetricsRoute::new(handle.clone(), Guard::Open).recorder(Arc::new(recorder));
    let app = Router::new().mount_metrics_route(&MetricsPath::default(), route);
    (app, handle)
}

async fn scraped(app: &Router, path: &str) -> Scrape {
    Scrape::new(ask(app, scrape(path)).await.text())
}

#[track_caller]
fn scrapes(scrape: &Scrape) -> [f64; 3] {
    ["200", "500", "503"].map(|code| {
        let values = scrape.values("tollgate_scrapes_total", &[("code", code)]);
        assert_eq!(values.len(), 1, "{code}");
        values[0]
    })
}

#[tokio::test]
async fn scrape_is_counted_in_the_next_scrape() {
    let (app, handle) = recording();
    assert!(handle.render().is_empty());

    let first = scraped(&app, "/metrics").await;
    assert_eq!(scrapes(&first), [0.0; 3]);
    assert_eq!(first.values("tollgate_series", &[]), [0.0]);

    let second = scraped(&app, "/metrics").await;
    assert_eq!(scrapes(&second), [1.0, 0.0, 0.0]);
    assert_eq!(
        second.values("tollgate_scrape_duration_seconds_count", &[]),
        [1.0]
    );
    assert_eq!(
        second.values("tollgate_scrape_duration_seconds_bucket", &[("le", "60")]),
        [1.0]
    );
    let samples = u32::try_from(first.samples().count()).unwrap();
    assert_eq!(second.values("tollgate_series", &[]), [f64::from(samples)]);
}

#[tokio::test]
async fn all_metrics_of_the_route_are_described() {
    let (app, handle) = recording();
    ask(&app, scrape("/metrics")).await;
    let text = handle.render();

    for (name, kind) in [
        ("tollgate_scrapes_total", "counter"),
        ("tollgate_scrape_duration_seconds", "histogram"),
        ("tollgate_series", "gauge"),
    ] {
        assert!(text.contains(&format!("# HELP {name} ")), "{name}");
        assert!(text.contains(&format!("# TYPE {name} {kind}\n")), "{name}");
    }
}

#[tokio::test]
async fn filtered_scrape_is_counted_but_leaves_the_number_of_series() {
    let (app, _) = recording();
    scraped(&app, "/metrics").await;
    let before = scraped(&app, "/metrics?name[]=tollgate_series").await;
    let after = scraped(&app, "/metrics").await;

    assert_eq!(
        after.values("tollgate_series", &[]),
        before.values("tollgate_series", &[])
    );
    assert_eq!(scrapes(&after), [2.0, 0.0, 0.0]);
}

#[tokio::test]
async fn every_bucket_of_a_histogram_is_a_series() {
    struct Counting(bool);

    impl Exposition for Counting {
        fn read(&self, _: &Selection) -> Result<Snapshot, BoxError> {
            if !self.0 {
                return Err("none".into());
            }
            let mut wait = Family::new("wait", Kind::Histogram);
            let value = Value::Histogram {
                bounds: &Arc::from([1.0, 2.0, 3.0, 4.0]),
                counts: &[0; 5],
                sum: 0.0,
                exemplars: &[],
            };
            wait.push(Series::new("", value));
            Ok(Snapshot::from_iter([wait]))
        }
    }

    for (succeeds, expected) in [(true, [1.0, 0.0, 0.0]), (false, [0.0, 1.0, 0.0])] {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        let route = MetricsRoute::new(Counting(succeeds), Guard::Open).recorder(Arc::new(recorder));
        let app = Router::new().mount_metrics_route(&MetricsPath::default(), route);
        ask(&app, scrape("/metrics")).await;

        let written = Scrape::new(handle.render());
        assert_eq!(scrapes(&written), expected);
        assert_eq!(
            written.values("tollgate_scrape_duration_seconds_count", &[]),
            [1.0]
        );
        assert_eq!(
            written.values("tollgate_series", &[]),
            [if succeeds { 7.0 } else { 0.0 }]
        );
    }
}

#[tokio::test]
async fn abandoned_scrape_is_counted() {
    struct Hanging(Mutex<Receiver<()>>);

    impl Exposition for Hanging {
        fn read(&self, _: &Selection) -> Result<Snapshot, BoxError> {
            self.0.lock().unwrap().recv()?;
            Ok(Snapshot::default())
        }
    }

    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let (end, ends) = mpsc::channel();
    let route = MetricsRoute::new(Hanging(Mutex::new(ends)), Guard::Open)
        .timeout(Duration::ZERO)
        .recorder(Arc::new(recorder));
    let app = Router::new().mount_metrics_route(&MetricsPath::default(), route);

    ask(&app, scrape("/metrics")).await;

    assert_eq!(scrapes(&Scrape::new(handle.render())), [0.0, 0.0, 1.0]);
    drop(end);
}

#[tokio::test]
async fn default_recorder_is_the_one_in_force_at_the_first_scrape() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let app = mounted(Formats);

    let in_force = metrics::set_default_local_recorder(&recorder);
    ask(&app, scrape("/metrics")).await;
    drop(in_force);
    ask(&app, scrape("/metrics")).await;

    let written = Scrape::new(recorder.handle().render());
    assert_eq!(scrapes(&written), [2.0, 0.0, 0.0]);
    assert_eq!(written.values("tollgate_series", &[]), [1.0]);
}
