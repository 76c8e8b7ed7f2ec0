//! Clients on real connections.

use std::sync::Arc;

use axum::Router;
use axum::routing;
use tests::ledger::Ledger;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use crate::{layer, records, serve, until};

/// An app whose `/slow` answers once it gets a permit.
fn app(ledger: &Ledger) -> (Router, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let permits = Arc::clone(&gate);
    let slow = move || async move {
        permits.acquire().await.unwrap().forget();
        "slow"
    };
    let app = Router::new()
        .route("/slow", routing::get(slow))
        .route("/fine", routing::get(|| async { "fine" }));
    (app.layer(layer(ledger)), gate)
}

fn in_flight(ledger: &Ledger) -> f64 {
    ledger.scrape().sum("http_requests_in_flight", &[])
}

async fn connect(app: Router) -> TcpStream {
    TcpStream::connect(serve(app).await).await.unwrap()
}

async fn send(client: &mut TcpStream, paths: &[&str]) {
    let requests = paths
        .iter()
        .map(|path| format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n"));
    let requests: String = requests.collect();
    client.write_all(requests.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn client_that_closes_its_sending_half_gets_no_answer_and_counts_as_cancelled() {
    let ledger = Ledger::new();
    let (app, _gate) = app(&ledger);
    let mut client = connect(app).await;
    send(&mut client, &["/slow"]).await;
    until(|| in_flight(&ledger) == 1.0).await;
    client.shutdown().await.unwrap();

    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "");
    until(|| in_flight(&ledger) == 0.0).await;
    assert_eq!(records(&ledger), ["/slow 499 1"]);
}

#[tokio::test]
async fn pipelined_requests_are_in_flight_one_by_one() {
    let ledger = Ledger::new();
    let (app, gate) = app(&ledger);
    let mut client = connect(app).await;
    send(&mut client, &["/slow", "/slow", "/fine"]).await;
    for _ in 0..2 {
        until(|| in_flight(&ledger) == 1.0).await;
        let waiting = ledger
            .scrape()
            .sum("http_request_total", &[("endpoint", "/fine")]);
        assert_eq!(waiting, 0.0);
        gate.add_permits(1);
        until(|| gate.available_permits() == 0).await;
    }
    until(|| records(&ledger) == ["/fine 200 1", "/slow 200 2"]).await;
    assert_eq!(in_flight(&ledger), 0.0);
}

#[tokio::test]
async fn requests_that_hyper_refuses_are_no_records() {
    for (request, status) in [
        ("what is this\r\n\r\n".to_owned(), "400"),
        ("GET /fine HTTP/1.1\r\nhost : a\r\n\r\n".to_owned(), "400"),
        (
            format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(70_000)),
            "414",
        ),
        (
            format!("GET /fine HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(101)),
            "431",
        ),
    ] {
        let ledger = Ledger::new();
        let (app, _gate) = app(&ledger);
        let mut client = connect(app).await;
        client.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // The connection may be reset while the rest of the request is on its way.
        let _ = client.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        assert_eq!(answer.split(' ').nth(1), Some(status), "{answer}");
        assert!(records(&ledger).is_empty());
    }
}
