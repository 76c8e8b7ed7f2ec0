//! A plain service directly on hyper, which decides how far a body is read.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::{client, server};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tests::ledger::Ledger;
use tollgate_http::RequestMetricsLayer;
use tower::{Layer, ServiceExt};

use crate::answer::Step::{Data, Wait};
use crate::answer::{Answer, Script};
use crate::hosts::{PATH, routed};
use crate::outcome::Outcome;
use crate::scripted::Scripted;

#[tokio::test]
async fn body_that_hyper_stops_reading_is_not_cancelled() {
    let without_known_end = || Script::streamed([Data("te"), Wait, Data("a")]).without_known_end();
    let ended = |status| Outcome::ended(status).sent(0);
    for (method, answer, read, outcome) in [
        (
            "GET",
            Answer::new(200, without_known_end()),
            "tea",
            ended("200").sent(3),
        ),
        (
            "GET",
            Answer::new(200, without_known_end()).content_length(3),
            "tea",
            ended("200").sent(3),
        ),
        (
            "GET",
            Answer::new(200, without_known_end()).content_length(0),
            "",
            ended("200"),
        ),
        (
            "GET",
            Answer::new(204, without_known_end()),
            "",
            ended("204"),
        ),
        (
            "GET",
            Answer::new(304, without_known_end()),
            "",
            ended("304"),
        ),
        (
            "HEAD",
            Answer::new(200, without_known_end()),
            "",
            ended("200").method("HEAD"),
        ),
        (
            "HEAD",
            Answer::new(200, without_known_end()).content_length(3),
            "",
            ended("200").method("HEAD"),
        ),
    ] {
        let ledger = Ledger::new();
        let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
        let layer = builder.body_sizes().build().unwrap();

        let body = over_hyper(layer, method, answer.clone()).await;

        assert_eq!(body, read, "{method}, {answer:?}");
        assert_eq!(ledger.samples(), outcome.samples(), "{method}, {answer:?}");
    }
}

/// Serves one request on a connection in memory; returns the body that the client read, once the
/// server has closed the connection.
async fn over_hyper(layer: RequestMetricsLayer, method: &str, answer: Answer) -> Bytes {
    let service = layer
        .layer(Scripted::new(answer))
        .map_request(routed::<Incoming>);
    let (near, far) = tokio::io::duplex(1_024);
    let server = server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(far), TowerToHyperService::new(service));
    let server = tokio::spawn(async { drop(server.await) });

    let handshake = client::conn::http1::handshake(TokioIo::new(near)).await;
    let (mut client, connection) = handshake.unwrap();
    let connection = tokio::spawn(async { drop(connection.await) });
    let request = Request::builder().method(method).uri(PATH);
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    let response = client.send_request(request).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();

    drop(client);
    connection.await.unwrap();
    server.await.unwrap();
    body
}
