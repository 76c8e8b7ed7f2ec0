//! Outcomes of requests, by the table in docs/metrics.md.

use std::iter;

use reqwest::Method;
use serde_json::json;
use tests::scrape::{Scrape, canonical_series};
use tokio_tungstenite::connect_async;

use super::Demo;

const TOTAL: &str = "http_request_total";
const DURATION: &str = "http_request_duration_seconds_count";
const EXCEPTIONS: &str = "http_request_exceptions_total";
const CANCELLED: &str = "http_request_cancelled_total";
const IN_FLIGHT: &str = "http_requests_in_flight";

#[tokio::test]
async fn answers_are_counted_by_template_method_and_status() {
    let demo = Demo::start();
    for path in ["/users/1", "/users/2", "/users/1001", "/users/abc"] {
        demo.get(path).await;
    }
    for method in [Method::HEAD, Method::DELETE] {
        demo.request(method, "/users/1").send().await.unwrap();
    }

    let scrape = demo.scrape().await;
    let user = |method, status| {
        [
            ("method", method),
            ("endpoint", "/users/{id}"),
            ("status", status),
        ]
    };
    for (method, status, count) in [
        ("GET", "200", 2.0),
        ("GET", "404", 1.0),
        ("GET", "400", 1.0),
        ("HEAD", "200", 1.0),
        ("DELETE", "405", 1.0),
    ] {
        assert_eq!(
            scrape.values(TOTAL, &user(method, status)),
            [count],
            "{method} {status}"
        );
        assert_eq!(
            scrape.values(DURATION, &user(method, status)),
            [count],
            "{method} {status}"
        );
    }
    assert_eq!(scrape.sum(TOTAL, &[]), 6.0);
    assert_eq!(scrape.sum(DURATION, &[]), 6.0);
    assert_eq!(scrape.sum(EXCEPTIONS, &[]), 0.0);
    assert_eq!(scrape.sum(CANCELLED, &[]), 0.0);
    assert_eq!(scrape.sum(IN_FLIGHT, &[]), 0.0);
}

#[tokio::test]
async fn failure_counts_its_exception() {
    let demo = Demo::start();
    demo.get("/fail").await;
    let scrape = demo.scrape().await;
    assert_one_record(&scrape, "/fail", "500");
    assert_extra(
        &scrape,
        EXCEPTIONS,
        &[("endpoint", "/fail"), ("exception", "payment_declined")],
    );
}

#[tokio::test]
async fn panic_is_a_500_and_an_exception() {
    let demo = Demo::start();
    demo.get("/panic").await;
    let scrape = demo.scrape().await;
    assert_one_record(&scrape, "/panic", "500");
    assert_extra(
        &scrape,
        EXCEPTIONS,
        &[("endpoint", "/panic"), ("exception", "panic")],
    );
}

#[tokio::test]
async fn client_that_leaves_before_the_head_is_a_499() {
    let demo = Demo::start();
    hang_up_on_slow(&demo).await;
    let scrape = demo
        .scrape_until(|scrape| scrape.sum(TOTAL, &[]) > 0.0)
        .await;
    assert_one_record(&scrape, "/slow", "499");
    assert_extra(
        &scrape,
        CANCELLED,
        &[("endpoint", "/slow"), ("phase", "head")],
    );
}

#[tokio::test]
async fn client_that_leaves_during_the_body_keeps_the_status() {
    let demo = Demo::start();
    hang_up_on_stream(&demo).await;
    let scrape = demo
        .scrape_until(|scrape| scrape.sum(TOTAL, &[]) > 0.0)
        .await;
    assert_one_record(&scrape, "/stream", "200");
    assert_extra(
        &scrape,
        CANCELLED,
        &[("endpoint", "/stream"), ("phase", "body")],
    );
}

#[tokio::test]
async fn stream_that_is_read_to_its_end_is_counted_once() {
    let demo = Demo::start();
    demo.get("/stream?chunks=2&ms=1")
        .await
        .text()
        .await
        .unwrap();
    let scrape = demo.scrape().await;
    assert_one_record(&scrape, "/stream", "200");
    assert_eq!(scrape.sum(CANCELLED, &[]), 0.0);
}

#[tokio::test]
async fn random_paths_share_one_series() {
    let demo = Demo::start();
    let mut random = fastrand::Rng::with_seed(7);
    let paths: Vec<String> = (0..1000)
        .map(|_| {
            let segment = |random: &mut fastrand::Rng| {
                iter::once('/')
                    .chain(iter::repeat_with(|| random.lowercase()).take(8))
                    .collect()
            };
            let segments = random.usize(1..4);
            (0..segments)
                .map(|_| -> String { segment(&mut random) })
                .collect()
        })
        .collect();
    for path in &paths {
        assert_eq!(demo.get(path).await.status(), 404);
    }

    let scrape = demo.scrape().await;
    let unmatched = [
        ("method", "GET"),
        ("endpoint", "unmatched"),
        ("status", "404"),
    ];
    assert_eq!(scrape.values(TOTAL, &unmatched), [1000.0]);
    assert_eq!(scrape.values(DURATION, &unmatched), [1000.0]);
    assert_eq!(scrape.values(TOTAL, &[]), [1000.0]);
    for sample in scrape.samples() {
        assert!(!paths.iter().any(|path| sample.contains(path)), "{sample}");
    }
}

#[tokio::test]
async fn scrapes_are_not_requests() {
    let demo = Demo::start();
    demo.scrape().await;
    demo.get("/metrics").await;
    let scrape = demo.scrape().await;
    assert_eq!(scrape.sum(TOTAL, &[]), 0.0);
    assert_eq!(scrape.sum("tollgate_auth_failures_total", &[]), 1.0);
    assert!(scrape.sum("tollgate_scrapes_total", &[("code", "200")]) >= 1.0);
}

#[tokio::test]
async fn page_shows_the_exposed_series() {
    let demo = Demo::start_with(&[("METRICS_DB", "true")]);
    let page = demo.get("/").await.text().await.unwrap();
    let shown: Vec<String> = page
        .split("<code>")
        .filter_map(|code| code.split_once("</code>"))
        .map(|(code, _)| code.replace("<wbr>", ""))
        .filter(|code| code.contains('{') && code.ends_with('}'))
        .collect();
    assert_eq!(shown.len(), 14, "{shown:?}");

    for path in [
        "/users/42",
        "/users/42/card",
        "/fail",
        "/panic",
        "/any/other/path",
    ] {
        demo.get(path).await;
    }
    let order = demo.request(Method::POST, "/orders");
    let order = order.json(&json!({ "item": "tea", "quantity": 1 }));
    order.send().await.unwrap();
    let url = demo.running.url("/ws").replace("http", "ws");
    let (mut socket, _) = connect_async(url).await.unwrap();
    socket.close(None).await.unwrap();
    hang_up_on_slow(&demo).await;
    hang_up_on_stream(&demo).await;

    let scrape = demo
        .scrape_until(|scrape| {
            scrape.sum(CANCELLED, &[]) == 2.0
                && scrape.sum("jobs_ended_total", &[]) == 1.0
                && scrape.sum("websocket_total", &[]) == 1.0
        })
        .await;
    for series in shown {
        let mut scraped = scrape
            .samples()
            .filter_map(|sample| sample.rsplit_once(' '))
            .map(|(scraped, _)| canonical_series(scraped));
        assert!(scraped.any(|scraped| scraped == series), "{series}");
    }
}

async fn hang_up_on_slow(demo: &Demo) {
    let client = tokio::spawn(demo.request(Method::GET, "/slow?ms=2000").send());
    demo.scrape_until(|scrape| scrape.values(IN_FLIGHT, &[("endpoint", "/slow")]) == [1.0])
        .await;
    client.abort();
}

async fn hang_up_on_stream(demo: &Demo) {
    let mut response = demo.get("/stream?chunks=50&ms=100").await;
    assert_eq!(response.chunk().await.unwrap().unwrap(), "chunk 1 of 50\n");
    let scrape = demo.scrape().await;
    assert_eq!(scrape.values(IN_FLIGHT, &[("endpoint", "/stream")]), [1.0]);
    assert_eq!(scrape.sum(TOTAL, &[("endpoint", "/stream")]), 0.0);
}

/// Asserts one request: one count, one duration, none in flight.
#[track_caller]
fn assert_one_record(scrape: &Scrape, endpoint: &str, status: &str) {
    let labels = [
        ("method", "GET"),
        ("endpoint", endpoint),
        ("status", status),
    ];
    for name in [TOTAL, DURATION] {
        assert_eq!(scrape.values(name, &labels), [1.0], "{scrape:#?}");
        assert_eq!(scrape.values(name, &[]), [1.0], "{scrape:#?}");
    }
    assert_eq!(scrape.sum(IN_FLIGHT, &[]), 0.0, "{scrape:#?}");
}

/// Asserts the request's only exception or cancellation.
#[track_caller]
fn assert_extra(scrape: &Scrape, name: &str, labels: &[(&str, &str)]) {
    assert_eq!(scrape.values(name, labels), [1.0], "{scrape:#?}");
    assert_eq!(
        scrape.sum(EXCEPTIONS, &[]) + scrape.sum(CANCELLED, &[]),
        1.0,
        "{scrape:#?}"
    );
}
