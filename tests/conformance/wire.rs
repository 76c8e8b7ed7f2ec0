//! A real server, and real clients that close their connections early.

use std::future::{IntoFuture, pending};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse;
use axum::routing::get;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderValue, UPGRADE};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tests::ledger::Ledger;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tollgate_axum::Axum;
use tollgate_http::RequestMetricsLayer;

use crate::answer::Step::{Data, Stall, Trailers, Wait};
use crate::answer::{Script, Step};
use crate::outcome::{Outcome, samples};

#[tokio::test]
async fn requests_on_one_connection_are_recorded_once_each() {
    let server = Server::start().await;
    let (mut client, _connection) = server.http1().await;
    for (method, path, body) in [
        ("GET", "/sized", "tea"),
        ("GET", "/streamed", "tea"),
        ("HEAD", "/sized", ""),
        ("HEAD", "/streamed", ""),
        ("GET", "/announced", "tea"),
        ("GET", "/no-content", ""),
        ("POST", "/sized", ""),
        ("GET", "/sized", "tea"),
    ] {
        let response = client.send_request(request(method, path)).await.unwrap();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(bytes, body, "{method} {path}");
    }

    let ended = Outcome::ended("200").sent(3);
    let head = ended.method("HEAD").sent(0);
    let not_allowed = Outcome::ended("405").method("POST").sent(0);
    server
        .settles(&[
            (2, ended.endpoint("/sized")),
            (1, ended.endpoint("/streamed")),
            (1, ended.endpoint("/announced")),
            (1, head.endpoint("/sized")),
            (1, head.endpoint("/streamed")),
            (1, Outcome::ended("204").endpoint("/no-content").sent(0)),
            (1, not_allowed.endpoint("/sized")),
        ])
        .await;
}

#[tokio::test]
async fn disconnect_before_the_head_counts_as_cancelled() {
    let server = Server::start().await;
    let (mut client, connection) = server.http1().await;
    let response = tokio::spawn(client.send_request(request("GET", "/never")));
    server.has_in_flight(1.0).await;

    connection.abort();

    assert!(response.await.unwrap().is_err());
    let cancelled = Outcome::ended("499").cancelled("head");
    server.settles(&[(1, cancelled.endpoint("/never"))]).await;
}

#[tokio::test]
async fn disconnect_within_the_body_counts_as_cancelled() {
    let server = Server::start().await;
    let (mut client, connection) = server.http1().await;
    let response = client.send_request(request("GET", "/stalled")).await;
    let mut body = response.unwrap().into_body();
    assert_eq!(data(&mut body).await, "te");
    server.has_in_flight(1.0).await;

    connection.abort();

    let cancelled = Outcome::ended("200").cancelled("body").sent(2);
    server.settles(&[(1, cancelled.endpoint("/stalled"))]).await;
}

#[tokio::test]
async fn upgraded_request_ends_before_its_connection() {
    let server = Server::start().await;
    let (mut client, _connection) = server.http1().await;
    let mut upgrade = request("GET", "/upgrade");
    let headers = upgrade.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("echo"));
    let response = client.send_request(upgrade).await.unwrap();
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    let mut stream = TokioIo::new(hyper::upgrade::on(response).await.unwrap());

    let ended = Outcome::ended("101").sent(0).endpoint("/upgrade");
    server.settles(&[(1, ended)]).await;
    stream.write_all(b"tea").await.unwrap();
    let mut echo = [0; 3];
    stream.read_exact(&mut echo).await.unwrap();
    assert_eq!(&echo, b"tea");
    drop(stream);
    server.settles(&[(1, ended)]).await;
}

#[tokio::test]
async fn http2_streams_are_recorded_once_each() {
    let server = Server::start().await;
    let (mut client, _connection) = server.http2().await;
    for path in ["/sized", "/streamed", "/announced"] {
        let response = client.send_request(request("GET", path)).await.unwrap();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(bytes, "tea", "{path}");
    }
    let response = client.send_request(request("GET", "/trailers")).await;
    let collected = response.unwrap().into_body().collect().await.unwrap();
    assert_eq!(collected.trailers().unwrap()["x-checksum"], "7");
    let head = client.send_request(request("HEAD", "/streamed")).await;
    assert!(head.unwrap().into_body().collect().await.is_ok());

    let ended = Outcome::ended("200").sent(3);
    server
        .settles(&[
            (1, ended.endpoint("/sized")),
            (1, ended.endpoint("/streamed")),
            (1, ended.endpoint("/announced")),
            (1, ended.endpoint("/trailers")),
            (1, ended.endpoint("/streamed").method("HEAD").sent(0)),
        ])
        .await;
}

#[tokio::test]
async fn reset_http2_stream_counts_as_cancelled() {
    let server = Server::start().await;
    let (mut client, _connection) = server.http2().await;
    let never = tokio::spawn(client.send_request(request("GET", "/never")));
    let response = client.send_request(request("GET", "/stalled")).await;
    let mut body = response.unwrap().into_body();
    assert_eq!(data(&mut body).await, "te");
    server.has_in_flight(2.0).await;

    never.abort();
    drop(body);

    let before = Outcome::ended("499").cancelled("head").endpoint("/never");
    let midway = Outcome::ended("200").cancelled("body").sent(2);
    server
        .settles(&[(1, before), (1, midway.endpoint("/stalled"))])
        .await;
}

/// An axum app with the layer, on its own port.
struct Server {
    ledger: Ledger,
    address: SocketAddr,
}

impl Server {
    async fn start() -> Self {
        let ledger = Ledger::new();
        let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
        let layer = builder.body_sizes().build().unwrap();
        let app = Router::new()
            .route("/sized", get("tea"))
            .route(
                "/streamed",
                get(async || stream([Data("te"), Wait, Data("a")])),
            )
            .route("/announced", get(announced))
            .route("/trailers", get(async || stream([Data("tea"), Trailers])))
            .route(
                "/no-content",
                get(async || (StatusCode::NO_CONTENT, stream([Wait]))),
            )
            .route("/stalled", get(async || stream([Data("te"), Stall])))
            .route("/never", get(pending::<()>))
            .route("/upgrade", get(echo))
            .layer(layer.for_host(Axum));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, app).into_future());
        Self { ledger, address }
    }

    async fn http1(&self) -> (http1::SendRequest<Empty<Bytes>>, JoinHandle<()>) {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (client, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(async { drop(connection.with_upgrades().await) });
        (client, connection)
    }

    async fn http2(&self) -> (http2::SendRequest<Empty<Bytes>>, JoinHandle<()>) {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
        let (client, connection) = handshake.await.unwrap();
        let connection = tokio::spawn(async { drop(connection.await) });
        (client, connection)
    }

    /// Waits until this many requests are in flight.
    async fn has_in_flight(&self, expected: f64) {
        self.until(|ledger| ledger.scrape().sum("http_requests_in_flight", &[]) == expected)
            .await;
    }

    /// Waits until the samples are exactly these.
    async fn settles(&self, outcomes: &[(u64, Outcome)]) {
        let expected = samples(outcomes.iter().copied());
        self.until(|ledger| ledger.samples() == expected).await;
    }

    /// Waits for a condition: the server notices some ends after its client does.
    async fn until(&self, condition: impl Fn(&Ledger) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !condition(&self.ledger) {
            assert!(Instant::now() < deadline, "not in time: {:#?}", self.ledger);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn request(method: &str, path: &str) -> Request<Empty<Bytes>> {
    let request = Request::builder().method(method);
    let request = request.uri(format!("http://tollgate.test{path}"));
    request.body(Empty::new()).unwrap()
}

async fn data(body: &mut Incoming) -> Bytes {
    let frame = body.frame().await.unwrap().unwrap();
    frame.into_data().unwrap()
}

fn stream<const N: usize>(steps: [Step; N]) -> Body {
    Body::new(Script::streamed(steps))
}

/// Answers as a file server does: the header has the length, the body does not know its end.
async fn announced() -> impl IntoResponse {
    let body = Script::streamed([Data("te"), Data("a")]).without_known_end();
    ([(CONTENT_LENGTH, "3")], Body::new(body))
}

async fn echo(mut request: Request<Body>) -> impl IntoResponse {
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let stream = TokioIo::new(upgrade.await.unwrap());
        let (mut reader, mut writer) = tokio::io::split(stream);
        tokio::io::copy(&mut reader, &mut writer).await
    });
    let headers = [(CONNECTION, "upgrade"), (UPGRADE, "echo")];
    (StatusCode::SWITCHING_PROTOCOLS, headers)
}
