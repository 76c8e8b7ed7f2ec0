//! An app with websockets on a real server, and its clients.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use axum::extract::ws::Message;
use axum::response::Response;
use axum::routing::any;
use axum::{Extension, Router};
use futures_util::StreamExt;
use tests::ledger::Ledger;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tollgate_axum::Axum;
use tollgate_axum::websocket::{MeteredWebSocket, MeteredWebSocketUpgrade, WebSocketMetrics};
use tollgate_http::RequestMetricsLayer;

/// Time that a loaded machine may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Returns a router without metrics. Its websocket at `/echo/{id}` obeys the messages it receives.
pub(crate) fn router() -> Router {
    Router::new()
        .route("/echo/{id}", any(obey))
        .route("/split", any(split))
}

/// Serves the router, and records its requests and websockets in the ledger.
pub(crate) async fn serve(router: Router, ledger: &Ledger) -> SocketAddr {
    let websockets = WebSocketMetrics::builder().recorder(ledger.recorder());
    let requests = RequestMetricsLayer::builder().recorder(ledger.recorder());
    let app = router
        .layer(Extension(websockets.build().unwrap()))
        .layer(requests.build().unwrap().for_host(Axum));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

pub(crate) async fn connect(address: SocketAddr, path: &str) -> WebSocketStream<TcpStream> {
    let stream = TcpStream::connect(address).await.unwrap();
    let url = format!("ws://{address}{path}");
    let (socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
    socket
}

/// Waits until the ledger has a value. The server runs on the test's own thread, so it records nothing
/// while the ledger is read.
pub(crate) async fn wait_for(ledger: &Ledger, name: &str, labels: &[(&str, &str)], value: f64) {
    let deadline = Instant::now() + PATIENCE;
    while ledger.scrape().values(name, labels) != [value] {
        let seen = ledger.samples();
        assert!(Instant::now() < deadline, "no {name} of {value}: {seen:#?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn obey(upgrade: MeteredWebSocketUpgrade) -> Response {
    upgrade.protocols(["tea", "milk"]).on_upgrade(echo)
}

/// Sends messages back, except `panic` and `leave`, which it obeys.
async fn echo(mut socket: MeteredWebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        assert_ne!(
            message,
            Message::text("panic"),
            "the client asked for a panic"
        );
        if message == Message::text("leave") || socket.send(message).await.is_err() {
            return;
        }
    }
}

/// Sends messages back through the halves of the socket, in another task than the handler's.
async fn split(upgrade: MeteredWebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async |socket| {
        let (sink, stream) = socket.split();
        tokio::spawn(stream.forward(sink));
    })
}
