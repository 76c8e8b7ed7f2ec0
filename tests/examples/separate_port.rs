//! An app on one port, with its metrics on another.

use std::time::{Duration, Instant};

use reqwest::Url;
use tests::example::Running;

use crate::{get, metrics_of, output_of_success, scrape, status};

const ANY_ADDRESS: (&str, &str) = ("METRICS_ADDRESS", "127.0.0.1:0");

#[tokio::test]
async fn metrics_are_only_on_their_own_port() {
    let mut app = Running::start("separate-port", &[ANY_ADDRESS]);
    let metrics = metrics_of(&mut app);
    assert_eq!(status(&app.url("/users/42")).await, 200);
    assert_eq!(status(&app.url("/metrics")).await, 404);
    assert_eq!(status(&metrics.replace("/metrics", "/users/42")).await, 404);

    let scrape = scrape(&metrics).await;
    let users = [("endpoint", "/users/{id}"), ("status", "200")];
    assert_eq!(scrape.sum("http_request_total", &users), 1.0);
    let port = f64::from(port_of(&metrics));
    assert_eq!(scrape.values("tollgate_metrics_port", &[]), [port]);
}

#[tokio::test]
async fn metrics_may_take_the_first_free_port_of_a_range() {
    let variables = [ANY_ADDRESS, ("METRICS_PORT_RANGE", "8001-8049")];
    let mut app = Running::start("separate-port", &variables);
    let metrics = metrics_of(&mut app);
    let port = port_of(&metrics);
    assert!((8001..=8049).contains(&port), "{port}");
    scrape(&metrics).await;
}

#[tokio::test]
async fn sigterm_lets_requests_in_flight_finish() {
    let mut app = Running::start("separate-port", &[ANY_ADDRESS]);
    let metrics = metrics_of(&mut app);
    let url = app.url("/report");
    let report = tokio::spawn(async move { get(&url, None).await });
    let deadline = Instant::now() + Duration::from_secs(30);
    let in_flight = [("endpoint", "/report")];
    while scrape(&metrics)
        .await
        .sum("http_requests_in_flight", &in_flight)
        != 1.0
    {
        assert!(Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    app.terminate();
    let (status, body) = report.await.unwrap();
    assert_eq!((status.as_u16(), &*body), (200, "all is well\n"));
    let report = [("endpoint", "/report"), ("status", "200")];
    let last = scrape(&metrics).await;
    assert_eq!(last.sum("http_request_total", &report), 1.0);
    output_of_success(app);
}

#[track_caller]
fn port_of(url: &str) -> u16 {
    Url::parse(url).unwrap().port().unwrap()
}
