//! A real Prometheus stores the same from every format.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod cases;
mod demo;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
    response::Response,
};
use reqwest::Client;
use tests::prometheus::{Job, Server};
use tokio::net::TcpListener;

/// Time limit for Prometheus to store what is exposed.
const DEADLINE: Duration = Duration::from_mins(1);

/// Jobs, and what their scrapes accept. Prometheus 2.42 has no setting for it.
const FORMATS: [(&str, &str); 4] = [
    ("text", "text/plain;version=0.0.4"),
    ("openmetrics", "application/openmetrics-text;version=1.0.0"),
    (
        "prometheus3",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
         application/openmetrics-text;version=0.0.1;q=0.4,\
         text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
    ),
    (
        "protobuf",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
    ),
];

/// Returns a job for each format, which scrapes `target`.
async fn jobs(target: &str, key: &'static str) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (name, accept) in FORMATS {
        jobs.push(Job::new(name, key).at(proxy(target, accept).await));
    }
    jobs
}

/// Serves `target` to clients that accept whatever they say, and returns its base URL.
async fn proxy(target: &str, accept: &'static str) -> String {
    let state = (Client::new(), target.to_owned(), accept);
    serve(Router::new().fallback(forward).with_state(state)).await
}

async fn forward(
    State((client, target, accept)): State<(Client, String, &'static str)>,
    request: Request,
) -> Response {
    let mut forwarded = client
        .get(format!("{target}{}", request.uri()))
        .header(ACCEPT, accept);
    if let Some(key) = request.headers().get(AUTHORIZATION) {
        forwarded = forwarded.header(AUTHORIZATION, key);
    }
    let answer = forwarded.send().await.unwrap();
    Response::builder()
        .status(answer.status())
        .header(CONTENT_TYPE, &answer.headers()[CONTENT_TYPE])
        .body(Body::from(answer.bytes().await.unwrap()))
        .unwrap()
}

/// Serves an app on a free port until the test ends, and returns its base URL.
async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

/// Waits until every format's job has stored what meets a condition.
async fn until_stored(
    server: &Server,
    condition: impl Fn(&BTreeMap<String, String>) -> Result<(), String>,
) {
    for (job, _) in FORMATS {
        let deadline = Instant::now() + DEADLINE;
        while let Err(problem) = condition(&server.stored(job).await) {
            assert!(Instant::now() < deadline, "{job}: {problem}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Returns the names of samples, which are text's or stored ones.
fn names<'a>(samples: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let samples = samples.into_iter();
    let names = samples.map(|sample| sample.split(['{', ' ']).next().unwrap());
    names.collect()
}
