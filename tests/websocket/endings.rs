//! Outcomes of websockets.

use std::future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::any;
use futures_util::{FutureExt, SinkExt, StreamExt};
use tests::ledger::Ledger;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tollgate_axum::websocket::MeteredWebSocketUpgrade;

use crate::server::{connect, router, serve, wait_for};

const ECHO: (&str, &str) = ("endpoint", "/echo/{id}");

#[tokio::test]
async fn websocket_that_its_client_closes_is_closed() {
    let ledger = Ledger::new();
    let address = serve(router(), &ledger).await;
    let mut socket = connect(address, "/echo/7").await;
    for message in ["tea", "milk"] {
        socket.send(Message::text(message)).await.unwrap();
        assert_eq!(
            socket.next().await.unwrap().unwrap(),
            Message::text(message)
        );
    }
    wait_for(&ledger, "websockets_in_flight", &[ECHO], 1.0).await;
    socket.close(None).await.unwrap();
    while let Some(Ok(_)) = socket.next().await {}

    assert_ended(&ledger, "closed", "/echo/{id}").await;
    assert_counted(&ledger, 2.0, 7.0);
}

#[tokio::test]
async fn websocket_whose_connection_breaks_is_lost() {
    let ledger = Ledger::new();
    let address = serve(router(), &ledger).await;
    let mut socket = connect(address, "/echo/7").await;
    socket.send(Message::text("tea")).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("tea"));
    drop(socket);

    assert_ended(&ledger, "lost", "/echo/{id}").await;
    assert_counted(&ledger, 1.0, 3.0);
}

#[tokio::test]
async fn handler_that_panics_is_recorded() {
    let ledger = Ledger::new();
    let address = serve(router(), &ledger).await;
    let mut socket = connect(address, "/echo/7").await;
    socket.send(Message::text("panic")).await.unwrap();

    assert_ended(&ledger, "panic", "/echo/{id}").await;
    assert!(!matches!(socket.next().await, Some(Ok(_))));
}

#[tokio::test]
async fn websocket_that_its_handler_drops_is_dropped() {
    let ledger = Ledger::new();
    let address = serve(router(), &ledger).await;
    let mut socket = connect(address, "/echo/7").await;
    socket.send(Message::text("leave")).await.unwrap();

    assert_ended(&ledger, "dropped", "/echo/{id}").await;
}

#[tokio::test]
async fn split_socket_is_in_flight_until_both_halves_are_dropped() {
    let ledger = Ledger::new();
    let address = serve(router(), &ledger).await;
    let mut socket = connect(address, "/split").await;
    socket.send(Message::binary("tea")).await.unwrap();
    assert_eq!(
        socket.next().await.unwrap().unwrap(),
        Message::binary("tea")
    );
    // The handler itself has returned.
    let labels = [("endpoint", "/split")];
    wait_for(&ledger, "websockets_in_flight", &labels, 1.0).await;
    socket.close(None).await.unwrap();
    while let Some(Ok(_)) = socket.next().await {}

    assert_ended(&ledger, "closed", "/split").await;
    assert_counted(&ledger, 1.0, 3.0);
}

#[tokio::test]
async fn socket_that_only_sends_is_lost_with_its_client() {
    let push = async |upgrade: MeteredWebSocketUpgrade| -> Response {
        upgrade.on_upgrade(async |socket| {
            let (mut sink, _stream) = socket.split();
            while sink
                .send(axum::extract::ws::Message::text("tea"))
                .await
                .is_ok()
            {
                tokio::task::yield_now().await;
            }
        })
    };
    let ledger = Ledger::new();
    let address = serve(Router::new().route("/push", any(push)), &ledger).await;
    let mut socket = connect(address, "/push").await;
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("tea"));
    drop(socket);

    assert_ended(&ledger, "lost", "/push").await;
}

#[tokio::test]
async fn accepted_message_is_counted_although_its_send_is_dropped() {
    const BYTES: usize = 64 * 1024 * 1024;
    let push = async |upgrade: MeteredWebSocketUpgrade| -> Response {
        upgrade.on_upgrade(async |mut socket| {
            let message = axum::extract::ws::Message::binary(vec![0; BYTES]);
            // More than the buffers hold while the client does not read.
            assert!(socket.send(message).now_or_never().is_none());
        })
    };
    let ledger = Ledger::new();
    let address = serve(Router::new().route("/push", any(push)), &ledger).await;
    let _socket = connect(address, "/push").await;

    assert_ended(&ledger, "dropped", "/push").await;
    let scrape = ledger.scrape();
    let out = [("direction", "out")];
    assert_eq!(scrape.values("websocket_messages_total", &out), [1.0]);
    #[expect(clippy::cast_precision_loss, reason = "it is a power of two")]
    let bytes = BYTES as f64;
    assert_eq!(scrape.values("websocket_bytes_total", &out), [bytes]);
}

#[tokio::test]
async fn failed_upgrade_is_counted_and_reported() {
    let reported = Arc::new(AtomicBool::new(false));
    let report = Arc::clone(&reported);
    let handler = async move |upgrade: MeteredWebSocketUpgrade| -> Response {
        let upgrade = upgrade.on_failed_upgrade(move |_| report.store(true, Ordering::Release));
        upgrade.on_upgrade(async |_| panic!("there is no connection"))
    };
    // A connection is upgraded after its response, and this response never comes.
    let router = Router::new().route("/echo/{id}", any(handler));
    let router = router.layer(map_response(async |_: Response| {
        future::pending::<()>().await;
    }));
    let ledger = Ledger::new();
    let address = serve(router, &ledger).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = "GET /echo/7 HTTP/1.1\r\nhost: tea\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                   sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    wait_for(&ledger, "websockets_in_flight", &[ECHO], 0.0).await;
    drop(stream);

    let failed = [ECHO, ("outcome", "failed_upgrade")];
    wait_for(&ledger, "websocket_total", &failed, 1.0).await;
    assert!(reported.load(Ordering::Acquire));
    let scrape = ledger.scrape();
    assert_eq!(scrape.values("websockets_in_flight", &[ECHO]), [0.0]);
    assert_eq!(scrape.sum("websocket_duration_seconds_count", &[ECHO]), 0.0);
}

#[tokio::test]
async fn request_for_an_upgrade_ends_with_its_head() {
    let ledger = Ledger::new();
    let address = serve(router(), &ledger).await;
    let socket = connect(address, "/echo/7").await;
    wait_for(&ledger, "websockets_in_flight", &[ECHO], 1.0).await;

    let scrape = ledger.scrape();
    let switched = [ECHO, ("status", "101")];
    assert_eq!(scrape.values("http_request_total", &switched), [1.0]);
    assert_eq!(scrape.values("http_requests_in_flight", &[ECHO]), [0.0]);
    drop(socket);
}

/// Waits for the end of the only websocket.
async fn assert_ended(ledger: &Ledger, outcome: &str, endpoint: &str) {
    let endpoint = ("endpoint", endpoint);
    let ended = [endpoint, ("outcome", outcome)];
    wait_for(ledger, "websocket_total", &ended, 1.0).await;
    let scrape = ledger.scrape();
    assert_eq!(scrape.sum("websocket_total", &[]), 1.0);
    assert_eq!(scrape.values("websockets_in_flight", &[endpoint]), [0.0]);
    let durations = scrape.values("websocket_duration_seconds_count", &[endpoint]);
    assert_eq!(durations, [1.0]);
}

/// Asserts that as many messages and bytes were received as sent.
#[track_caller]
fn assert_counted(ledger: &Ledger, messages: f64, bytes: f64) {
    for direction in ["in", "out"] {
        let labels = [("direction", direction)];
        let scrape = ledger.scrape();
        assert_eq!(scrape.sum("websocket_messages_total", &labels), messages);
        assert_eq!(scrape.sum("websocket_bytes_total", &labels), bytes);
    }
}
