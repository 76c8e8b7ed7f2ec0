//! Server-sent events: a response that is in flight until its end.

use std::convert::Infallible;

use axum::Router;
use axum::response::Sse;
use axum::response::sse::Event;
use axum::routing::get;
use futures_util::stream;
use tests::ledger::Ledger;
use tokio::sync::mpsc;

use crate::server::{serve, wait_for};

const EVENTS: (&str, &str) = ("endpoint", "/events");

#[tokio::test]
async fn events_are_in_flight_until_their_end() {
    let (sender, events) = mpsc::channel(1);
    let ledger = Ledger::new();
    let address = serve(app(events), &ledger).await;
    let mut response = reqwest::get(format!("http://{address}/events"))
        .await
        .unwrap();
    sender.send("tea").await.unwrap();
    let event = response.chunk().await.unwrap().unwrap();
    assert_eq!(event.as_ref(), b"data: tea\n\n");
    wait_for(&ledger, "http_requests_in_flight", &[EVENTS], 1.0).await;
    assert!(
        ledger
            .scrape()
            .values("http_request_total", &[EVENTS])
            .is_empty()
    );

    drop(sender);
    assert_eq!(response.chunk().await.unwrap(), None);
    wait_for(&ledger, "http_requests_in_flight", &[EVENTS], 0.0).await;
    let ended = [EVENTS, ("status", "200")];
    assert_eq!(ledger.scrape().values("http_request_total", &ended), [1.0]);
}

#[tokio::test]
async fn events_are_cancelled_when_their_client_leaves() {
    let (sender, events) = mpsc::channel(1);
    let ledger = Ledger::new();
    let address = serve(app(events), &ledger).await;
    let response = reqwest::get(format!("http://{address}/events"))
        .await
        .unwrap();
    drop(response);
    // The server notices at its next send.
    while sender.send("tea").await.is_ok() {}

    let cancelled = [EVENTS, ("phase", "body")];
    wait_for(&ledger, "http_request_cancelled_total", &cancelled, 1.0).await;
    wait_for(&ledger, "http_requests_in_flight", &[EVENTS], 0.0).await;
}

/// Returns an app with events for one client.
fn app(events: mpsc::Receiver<&'static str>) -> Router {
    let events = std::sync::Mutex::new(Some(events));
    let events = std::sync::Arc::new(events);
    Router::new().route(
        "/events",
        get(async move || {
            let events = events.lock().unwrap().take().unwrap();
            Sse::new(stream::unfold(events, async |mut events| {
                let data = events.recv().await?;
                Some((Ok::<_, Infallible>(Event::default().data(data)), events))
            }))
        }),
    )
}
