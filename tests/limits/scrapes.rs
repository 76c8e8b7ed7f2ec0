//! Scrapers, where they ask, and what they see.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing;
use tests::ledger::Ledger;
use tests::outside;
use tests::prometheus::{Job, Server};
use tests::scrape::Scrape;
use tokio::net::TcpStream;
use tollgate::Tollgate;

use crate::{get, serve};

#[tokio::test]
async fn own_listener_is_on_this_machine_only_unless_its_address_says_more() {
    for (address, is_open) in [("127.0.0.1:0", false), ("0.0.0.0:0", true)] {
        let suite = Tollgate::builder().enabled(true);
        let suite = suite.metrics_address(address.parse().unwrap());
        let metrics = suite.build().unwrap().bind_metrics().await.unwrap();
        let bound: SocketAddr = metrics.address().unwrap().to_string().parse().unwrap();
        let server = tokio::spawn(metrics.into_future());
        // Another address of this machine, as a container's port is reached at.
        let other = SocketAddr::from(([127, 0, 0, 2], bound.port()));
        let connected = TcpStream::connect(other).await;
        match connected {
            Ok(_) => assert!(is_open),
            Err(error) => assert!(!is_open && error.kind() == ErrorKind::ConnectionRefused),
        }
        server.abort();
    }
}

#[tokio::test]
async fn two_scrapers_see_the_same_and_each_scrape_runs_the_hooks() {
    let hooks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&hooks);
    let suite = Tollgate::builder().enabled(true).before_render(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        async {}
    });
    let suite = suite.build().unwrap();
    let app = Router::new().route("/tea", routing::get(|| async { "tea" }));
    let app = suite.wrap(app);
    get(&app, "/tea").await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let scrape = Scrape::new(get(&app, "/metrics").await.1);
        seen.push(scrape.sum("http_request_total", &[("endpoint", "/tea")]));
    }
    assert_eq!(seen, [1.0, 1.0]);
    assert_eq!(hooks.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn series_that_begins_at_one_does_not_grow_for_prometheus_and_one_from_zero_does() {
    let Some(prometheus) = outside::program("prometheus", "apt-get install prometheus") else {
        return;
    };
    let suite = Tollgate::builder().enabled(true).build().unwrap();
    let address = serve(suite.wrap(Router::new())).await;
    metrics::counter!("known_total").absolute(0);
    let jobs = ["one", "two"].map(|job| Job::new(job, "no-key-is-asked-for"));
    let server = Server::start(prometheus, &address.to_string(), &jobs);
    let known = |expected: f64| move |value: f64| value == expected;
    server.until("count(known_total == 0)", known(2.0)).await;
    for name in ["known_total", "new_total"] {
        metrics::counter!(name).increment(1);
    }
    // Both servers see the same value.
    for name in ["known_total", "new_total"] {
        server
            .until(&format!("count({name} == 1)"), known(2.0))
            .await;
    }
    let samples = "min(count_over_time(new_total[1m]))";
    server.until(samples, |count| count >= 3.0).await;
    let grown = |name| format!("sum(increase({name}[1m]))");
    assert_eq!(server.value(&grown("new_total")).await, Some(0.0));
    assert!(server.value(&grown("known_total")).await > Some(0.0));
}

#[test]
fn handle_made_before_the_recorder_records_nothing() {
    let early = metrics::counter!("early_total");
    let ledger = Ledger::new();
    metrics::with_local_recorder(&ledger.recorder(), || {
        early.increment(1);
        metrics::counter!("late_total").increment(1);
    });
    assert_eq!(ledger.samples(), ["late_total 1"]);
}
