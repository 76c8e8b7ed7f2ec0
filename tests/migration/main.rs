//! The same traffic, measured by axum-prometheus and by tollgate under its names: everything that differs
//! is a row of docs/migrating.md.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

use std::collections::BTreeMap;
use std::fs;
use std::future::pending;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::Request;
use axum::routing::get;
use axum_prometheus::{PrometheusMetricLayerBuilder, utils};
use futures_util::{FutureExt, stream};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tests::scrape::{Scrape, canonical_series};
use tollgate_axum::Axum;
use tollgate_http::{Preset, RequestMetricsBuilder, RequestMetricsLayer};
use tollgate_recorder::RecorderBuilder;
use tower::ServiceExt;

/// Samples by their series.
type Samples = BTreeMap<String, f64>;

/// A rendering: its samples without the sums, whose times differ from run to run, and its text.
struct Measured {
    samples: Samples,
    text: String,
}

/// A row of the document, and the change that takes the difference away. It panics if there is none.
struct Difference {
    title: &'static str,
    even_out: fn(&mut Measured, &mut Measured),
}

const DIFFERENCES: [Difference; 11] = [
    Difference {
        title: "whole bounds",
        even_out: |theirs, ours| {
            // Samples are spelled alike here, as Prometheus 3 does.
            assert!(theirs.text.contains("le=\"1\"}"));
            assert!(!theirs.text.contains("le=\"1.0\"}"));
            assert!(ours.text.contains("le=\"1.0\"}"));
            assert!(!ours.text.contains("le=\"1\"}"));
        },
    },
    Difference {
        title: "bounds of the duration",
        even_out: |_, ours| {
            remove(ours, |series| {
                let more = ["0.075", "0.75", "7.5"];
                let is_more = |bound| series.contains(&format!("le=\"{bound}\""));
                series.starts_with("axum_http_requests_duration") && more.iter().any(is_more)
            });
        },
    },
    Difference {
        title: "endpoint of a path without a route",
        even_out: |theirs, _| {
            for path in ["/none/1", "/none/2"] {
                rename(theirs, "endpoint", path, "unmatched");
            }
        },
    },
    Difference {
        title: "unknown methods",
        even_out: |theirs, _| {
            // A label without a value is none.
            let unnamed: Vec<_> = theirs.samples.keys().cloned().collect();
            for series in unnamed.iter().filter(|series| !series.contains("method=")) {
                let count = theirs.samples.remove(series).unwrap();
                let named = canonical_series(&series.replacen('{', "{method=\"other\",", 1));
                *theirs.samples.entry(named).or_default() += count;
            }
        },
    },
    Difference {
        title: "the method QUERY",
        even_out: |_, ours| rename(ours, "method", "QUERY", "other"),
    },
    Difference {
        title: "dropped before the response",
        even_out: |_, ours| remove(ours, |series| series.contains("status=\"499\"")),
    },
    Difference {
        title: "panic",
        even_out: |_, ours| remove(ours, |series| series.contains("status=\"500\"")),
    },
    Difference {
        title: "further families",
        even_out: |_, ours| {
            for family in [
                "axum_http_requests_exceptions_total",
                "axum_http_requests_cancelled_total",
                "axum_http_endpoint_overflow_total",
            ] {
                remove(ours, |series| series.starts_with(family));
            }
        },
    },
    Difference {
        title: "sizes of requests",
        even_out: |_, ours| {
            remove(ours, |series| {
                series.starts_with("axum_http_request_body_size")
            });
        },
    },
    Difference {
        title: "sizes of responses",
        even_out: |theirs, ours| {
            assert!(
                theirs
                    .text
                    .contains("# TYPE axum_http_response_body_size summary")
            );
            assert!(
                ours.text
                    .contains("# TYPE axum_http_response_body_size histogram")
            );
            // Each chunk of a stream is a size there, and an empty body is none.
            let stream = "axum_http_response_body_size_count{endpoint=\"/stream\",method=\"GET\"}";
            assert_eq!((theirs.samples[stream], ours.samples[stream]), (3.0, 2.0));
            let head =
                "axum_http_response_body_size_count{endpoint=\"/users/{id}\",method=\"HEAD\"}";
            assert!(!theirs.samples.contains_key(head) && ours.samples.contains_key(head));
            for side in [theirs, ours] {
                remove(side, |series| {
                    series.starts_with("axum_http_response_body_size")
                });
            }
        },
    },
    Difference {
        title: "help texts",
        even_out: |theirs, ours| {
            let help = |side: &Measured| {
                let mut lines = side.text.lines();
                let line = lines.find(|line| line.starts_with("# HELP axum_http_requests_total"));
                line.unwrap().to_owned()
            };
            assert_ne!(help(theirs), help(ours));
        },
    },
];

#[tokio::test]
async fn same_traffic_differs_in_what_the_document_says_only() {
    let mut theirs = by_axum_prometheus().await;
    let mut ours = by_tollgate().await;
    for Difference { even_out, .. } in DIFFERENCES {
        even_out(&mut theirs, &mut ours);
    }
    let only = |these: &Samples, those: &Samples| {
        let these = these
            .iter()
            .filter(|(series, value)| those.get(*series) != Some(value));
        these
            .map(|(series, value)| format!("{series} {value}"))
            .collect::<Vec<_>>()
    };
    let (theirs, ours) = (theirs.samples, ours.samples);
    let left = [only(&theirs, &ours), only(&ours, &theirs)];
    assert_eq!(left, [vec![], vec![] as Vec<String>]);
    assert!(
        theirs
            .keys()
            .any(|series| series.starts_with("axum_http_requests_pending"))
    );
    assert!(
        theirs
            .keys()
            .any(|series| series.starts_with("axum_http_requests_total"))
    );
}

#[tokio::test]
async fn request_ends_at_its_head_there_and_with_its_body_here() {
    let until_head = |builder: RequestMetricsBuilder| builder.until_head();
    for (configure, at_head) in [(None, 0.0), (Some(until_head), 1.0)] {
        let (recorder, handle) = RecorderBuilder::new().build().unwrap();
        let builder = RequestMetricsLayer::builder().preset(Preset::AxumPrometheus);
        let builder = builder.recorder(Arc::new(recorder));
        let layer = configure.map_or(builder.clone(), |configure| configure(builder));
        let app = routes().layer(layer.build().unwrap().for_host(Axum));
        let total = || Scrape::new(handle.render()).sum("axum_http_requests_total", &[]);
        let response = app.oneshot(get_stream()).await.unwrap();
        assert_eq!(total(), at_head);
        to_bytes(response.into_body(), 1_000).await.unwrap();
        assert_eq!(total(), 1.0);
    }

    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _local = metrics::set_default_local_recorder(&recorder);
    let (layer, _) = PrometheusMetricLayerBuilder::new()
        .with_metrics_from_fn(|| handle.clone())
        .build_pair();
    let response = routes().layer(layer).oneshot(get_stream()).await.unwrap();
    let scrape = Scrape::new(handle.render());
    assert_eq!(scrape.sum("axum_http_requests_total", &[]), 1.0);
    drop(response);
}

fn get_stream() -> Request<Body> {
    Request::get("/stream").body(Body::empty()).unwrap()
}

#[test]
fn document_has_a_row_for_each_difference() {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/migrating.md");
    let document = fs::read_to_string(document).unwrap();
    let (_, table) = document.split_once("| Difference |").unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let titles: Vec<_> = rows.filter_map(|row| row.split(" | ").next()).collect();
    assert_eq!(
        titles.len(),
        DIFFERENCES.len() + 1,
        "and the end of a request"
    );
    for Difference { title, .. } in DIFFERENCES {
        assert!(document.contains(&format!("\n| {title} | ")), "{title}");
    }
}

async fn by_axum_prometheus() -> Measured {
    // As their default does, but for this test only.
    let duration = Matcher::Full(utils::requests_duration_name().to_owned());
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(duration, utils::SECONDS_DURATION_BUCKETS)
        .unwrap()
        .build_recorder();
    let handle = recorder.handle();
    let _local = metrics::set_default_local_recorder(&recorder);
    let (layer, _) = PrometheusMetricLayerBuilder::new()
        .enable_response_body_size(true)
        .with_metrics_from_fn(|| handle.clone())
        .build_pair();
    drive(&routes().layer(layer)).await;
    Measured::new(handle.render())
}

async fn by_tollgate() -> Measured {
    let (recorder, handle) = RecorderBuilder::new().build().unwrap();
    let layer = RequestMetricsLayer::builder()
        .preset(Preset::AxumPrometheus)
        .body_sizes()
        .recorder(Arc::new(recorder))
        .build()
        .unwrap();
    drive(&routes().layer(layer.for_host(Axum))).await;
    Measured::new(handle.render())
}

fn routes() -> Router {
    let chunks =
        || stream::iter(["one", "two"].map(|chunk| Ok::<_, axum::Error>(Bytes::from(chunk))));
    Router::new()
        .route("/users/{id}", get(|| async { "Ada" }))
        .route(
            "/stream",
            get(move || async move { Body::from_stream(chunks()) }),
        )
        .route("/slow", get(|| async { pending::<&str>().await }))
        .route("/panic", get(|| async { panicking() }))
}

fn panicking() -> &'static str {
    panic!("in a handler")
}

async fn drive(app: &Router) {
    let send = |method: &str, path: &str| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty());
        app.clone().oneshot(request.unwrap())
    };
    for (method, path) in [
        ("GET", "/users/7"),
        ("GET", "/users/8"),
        ("HEAD", "/users/7"),
        ("DELETE", "/users/7"),
        ("QUERY", "/users/7"),
        ("PROPFIND", "/users/7"),
        ("GET", "/none/1"),
        ("GET", "/none/2"),
        ("GET", "/stream"),
    ] {
        let response = send(method, path).await.unwrap();
        to_bytes(response.into_body(), 1_000).await.unwrap();
    }
    // A client that leaves in the middle of the body, and one that leaves before the response.
    let mut body = send("GET", "/stream").await.unwrap().into_body();
    http_body_util::BodyExt::frame(&mut body)
        .await
        .unwrap()
        .unwrap();
    drop(body);
    assert!(send("GET", "/slow").now_or_never().is_none());
    let panicked = AssertUnwindSafe(send("GET", "/panic")).catch_unwind().await;
    assert!(panicked.is_err());
}

impl Measured {
    fn new(text: impl AsRef<[u8]>) -> Self {
        let text = String::from_utf8(text.as_ref().to_vec()).unwrap();
        let lines = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let samples = lines.filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            let series = canonical_series(series);
            (!series.contains("_sum")).then(|| (series, value.parse().unwrap()))
        });
        Self {
            samples: samples.collect(),
            text,
        }
    }
}

#[track_caller]
fn remove(side: &mut Measured, differs: impl Fn(&str) -> bool) {
    let before = side.samples.len();
    side.samples.retain(|series, _| !differs(series));
    assert!(side.samples.len() < before, "there is none");
}

/// Gives a label another value, and merges the series.
#[track_caller]
fn rename(side: &mut Measured, label: &str, from: &str, to: &str) {
    let [from, to] = [from, to].map(|value| format!("{label}=\"{value}\""));
    let found = side
        .samples
        .iter()
        .filter(|(series, _)| series.contains(&from));
    let found: Vec<_> = found
        .map(|(series, &value)| (series.clone(), value))
        .collect();
    assert!(!found.is_empty(), "there is none");
    for (series, value) in found {
        side.samples.remove(&series);
        *side.samples.entry(series.replace(&from, &to)).or_default() += value;
    }
}
