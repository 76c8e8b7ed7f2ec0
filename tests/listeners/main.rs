//! Metrics on a listener of their own, which ends with the app.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod apart;
mod crowded;
mod draining;
#[cfg(unix)]
mod management;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod unix;

use std::{fmt::Debug, time::Duration};

use axum::{Router, routing::get};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tollgate::{Address, Serve, Tollgate, TollgateBuilder};

/// The longest time that a step may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// Returns a suite whose metrics are at this address.
fn at(address: &str) -> TollgateBuilder {
    let address = address.parse().unwrap();
    Tollgate::builder().enabled(true).metrics_address(address)
}

/// Returns an app with one route, measured by the suite.
fn app(tollgate: &Tollgate, path: &str) -> Router {
    let router = Router::new().route(path, get(|| async { "hello" }));
    tollgate.wrap(router)
}

/// Binds a free port for an app.
async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

/// Returns status and body of an answer over TCP.
async fn get_from(address: &str, path: &str) -> (u16, String) {
    exchange(TcpStream::connect(address).await.unwrap(), path, "").await
}

/// Returns status and body of the answer to one request.
async fn exchange<I>(mut io: I, path: &str, header: &str) -> (u16, String)
where
    I: AsyncRead + AsyncWrite + Unpin,
{
    ask(&mut io, path, header).await;
    answer(io).await
}

async fn ask(io: &mut (impl AsyncWrite + Unpin), path: &str, header: &str) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{header}\r\n");
    io.write_all(request.as_bytes()).await.unwrap();
}

async fn answer(mut io: impl AsyncRead + Unpin) -> (u16, String) {
    let mut answer = String::new();
    let read = io.read_to_string(&mut answer);
    timeout(DEADLINE, read).await.unwrap().unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

#[test]
fn public_types_are_send_and_debug() {
    fn check<T: Send + Debug>() {}
    check::<Address>();
    check::<tollgate::Error>();
    check::<Serve>();
}
