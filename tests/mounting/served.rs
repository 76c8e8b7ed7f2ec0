//! A scrape over a socket, byte by byte.

use std::{future::IntoFuture, io::Read};

use axum::{Router, routing::get};
use flate2::read::GzDecoder;
use metrics::{Key, Level, Metadata, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tollgate_auth::{MasterKeyLayer, MasterKeys};
use tollgate_axum::{MetricsPath, RouterExt};

const KEY: &str = "correct-horse-battery-staple";

/// Returns the head in lower case, and the body.
async fn exchange(listener: &str, line: &str, headers: &[&str]) -> (String, Vec<u8>) {
    let mut request = format!("{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    let mut stream = TcpStream::connect(listener).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();

    let end = answer
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .unwrap()
        + 4;
    let body = answer.split_off(end);
    (String::from_utf8(answer).unwrap().to_lowercase(), body)
}

#[tokio::test]
async fn scraper_gets_the_requested_representation() {
    let recorder = PrometheusBuilder::new().build_recorder();
    recorder
        .register_counter(
            &Key::from_name("hits_total"),
            &Metadata::new("", Level::INFO, None),
        )
        .increment(3);
    let keys = MasterKeyLayer::new(MasterKeys::new([KEY]).unwrap());
    let app = Router::new()
        .route("/", get(|| async { "hello" }))
        .mount_metrics(&MetricsPath::default(), recorder.handle(), keys);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(axum::serve(listener, app).into_future());
    let text = "# TYPE hits_total counter\nhits_total 3\n\n";
    let key = format!("Authorization: Bearer {KEY}");
    let plain = [
        "http/1.1 200 ok\r\n",
        "\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\n",
        "\r\nvary: accept, accept-encoding\r\n",
        "\r\ncache-control: no-store\r\n",
        &format!("\r\ncontent-length: {}\r\n", text.len()),
    ];

    let (head, body) = exchange(&address, "GET /metrics", &[&key]).await;
    assert!(plain.iter().all(|part| head.contains(part)), "{head}");
    assert_eq!(body, text.as_bytes());

    let (head, body) = exchange(&address, "HEAD /metrics", &[&key]).await;
    assert!(plain.iter().all(|part| head.contains(part)), "{head}");
    assert!(body.is_empty());

    let (head, body) = exchange(&address, "GET /metrics", &[&key, "Accept-Encoding: gzip"]).await;
    assert!(head.contains("\r\ncontent-encoding: gzip\r\n"), "{head}");
    assert!(
        head.contains(&format!("\r\ncontent-length: {}\r\n", body.len())),
        "{head}"
    );
    let mut unpacked = String::new();
    GzDecoder::new(&body[..])
        .read_to_string(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, text);

    let (head, body) = exchange(&address, "POST /metrics", &[&key]).await;
    assert!(head.starts_with("http/1.1 405 "), "{head}");
    assert!(head.contains("\r\nallow: get,head\r\n"), "{head}");
    assert!(body.is_empty());

    let (head, _) = exchange(&address, "GET /metrics", &[]).await;
    assert!(head.starts_with("http/1.1 401 "), "{head}");
    assert!(
        head.contains("\r\nwww-authenticate: bearer realm=\"metrics\"\r\n"),
        "{head}"
    );

    let (head, body) = exchange(&address, "GET /metrics?name[]=misses", &[&key]).await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    assert!(body.is_empty());

    server.abort();
}
