//! The limits of the guide: each row is what a real server does.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod layers;
mod nests;
mod scrapes;
mod wire;

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use tests::ledger::Ledger;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tollgate_axum::Axum;
use tollgate_http::RequestMetricsLayer;
use tower::ServiceExt;

const DEADLINE: Duration = Duration::from_secs(30);

/// Rows of the guide's table, in its order.
const ROWS: [&str; 14] = [
    "`CatchPanicLayer` below `wrap`",
    "a layer around the wrapped router that answers by itself",
    "a timeout around the wrapped router",
    "`nest_service`, `ServeDir`, the fallback of a page",
    "`wrap` on a router that is nested in a plain one",
    "`skip_path` on a router that is nested",
    "`NormalizePath` around the app",
    "containers, other machines",
    "two Prometheus servers",
    "series that begin at 1",
    "handles made before the start",
    "clients that close their sending half",
    "pipelined requests",
    "requests that hyper refuses",
];

#[test]
fn guide_has_the_rows_that_are_tested_here() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guide.md");
    let guide = fs::read_to_string(guide).unwrap();
    let (_, table) = guide
        .split_once("| Case | What happens | What to do |")
        .unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let titles = rows.filter_map(|row| row.trim_start_matches("| ").split(" | ").next());
    let titles: Vec<_> = titles.collect();
    assert_eq!(titles, ROWS);
}

fn layer(ledger: &Ledger) -> RequestMetricsLayer<Axum> {
    let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
    builder.build().unwrap().for_host(Axum)
}

/// Returns the number of requests by endpoint and status, and the exceptions, in words.
fn records(ledger: &Ledger) -> Vec<String> {
    let samples = ledger.samples().into_iter();
    let samples = samples.filter_map(|sample| {
        let (name, rest) = sample.split_once('{')?;
        let name = match name {
            "http_request_total" => "",
            "http_request_exceptions_total" => "exception ",
            _ => return None,
        };
        let rest = rest.replace("method=\"GET\",endpoint=\"", "");
        let rest = rest
            .replace("\",status=\"", " ")
            .replace("\",exception=\"", " ");
        Some(format!("{name}{}", rest.replace("\"}", "")))
    });
    samples.collect()
}

async fn get(app: &Router, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.into()).unwrap())
}

/// Serves a router with axum's own server.
async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

/// Waits until the condition holds.
async fn until(holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(DEADLINE, wait).await.unwrap();
}
