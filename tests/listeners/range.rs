//! The first free port of a range.
//!
//! The only test of its process, for tests would share the gauge of the port.

#![allow(clippy::float_cmp, reason = "ports are exact in an f64")]

use std::net::TcpListener;

use tests::scrape::Scrape;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tollgate::Tollgate;

#[tokio::test]
async fn first_free_port_of_a_range_is_taken_and_reported() {
    // Below, so that the range ends at a valid port.
    let (taken, first) = loop {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        if port < u16::MAX - 50 {
            break (taken, port);
        }
    };
    let suite = |ports| {
        let suite = Tollgate::builder().enabled(true).metrics_port_range(ports);
        suite.build().unwrap()
    };

    let error = suite(first..=first).bind_metrics().await.unwrap_err();
    assert!(error.is_listener(), "{error}");
    let message = error.to_string();
    assert!(message.contains(&format!("{first}-{first}")), "{message}");
    assert!(message.contains("METRICS_PORT_RANGE"), "{message}");

    let metrics = suite(first..=first + 50).bind_metrics().await.unwrap();
    let address = metrics.address().unwrap().to_string();
    let (host, port) = address.split_once(':').unwrap();
    let port: u16 = port.parse().unwrap();
    assert_eq!(host, "127.0.0.1");
    assert!((first + 1..=first + 50).contains(&port), "{port}");

    tokio::spawn(metrics.into_future());
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let request = "GET /metrics HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (_, scrape) = answer.split_once("\r\n\r\n").unwrap();
    let told = Scrape::new(scrape).values("tollgate_metrics_port", &[]);
    assert_eq!(told, [f64::from(port)], "{scrape}");
    drop(taken);
}
