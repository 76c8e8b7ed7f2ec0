//! Answers to scrapes: methods, formats, encodings, names.

use std::io::Read;

use axum::http::{Method, StatusCode};
use flate2::read::GzDecoder;
use metrics::{Key, Level, Metadata, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;
use tests::scrape::Scrape;
use tollgate_axum::{Guard, MetricsPath, MetricsRoute, RouterExt};
use tollgate_exposition::{Exposition, Format, Selection, Snapshot, merged};
use tollgate_recorder::RecorderBuilder;

use crate::{Answer, Formats, ask, mounted, request, scrape};

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// `Accept` of Prometheus 3.
const PROMETHEUS: &str = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
    application/openmetrics-text;version=0.0.1;q=0.5,\
    text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
    text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

const ACCEPT: [(Option<&str>, &str); 7] = [
    (None, TEXT),
    (Some(PROMETHEUS), OPENMETRICS),
    (Some("*/*"), TEXT),
    (Some("text/plain"), TEXT),
    (Some("application/openmetrics-text"), OPENMETRICS),
    (Some("text/*;q=0.1, application/*;q=0.2"), OPENMETRICS),
    (Some("image/png"), TEXT),
];

const ACCEPT_ENCODING: [(Option<&str>, Option<&str>); 6] = [
    (None, None),
    (Some("gzip"), Some("gzip")),
    (Some("deflate, *;q=0.1"), Some("gzip")),
    (Some("identity"), None),
    (Some("gzip;q=0, *"), None),
    (Some("br, zstd"), None),
];

const OTHER_METHODS: [&str; 8] = [
    "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND",
];

#[track_caller]
fn assert_body(answer: &Answer, content_type: &str, encoding: Option<&str>) {
    assert_eq!(
        answer.header("content-length"),
        Some(&*answer.body.len().to_string())
    );
    let mut text = String::new();
    match encoding {
        None => text.push_str(answer.text()),
        Some(_) => {
            GzDecoder::new(&answer.body[..])
                .read_to_string(&mut text)
                .unwrap();
        }
    }
    assert_eq!(text, format!("# {content_type}\nup 1\n"));
}

#[tokio::test]
async fn get_and_head_are_answered_as_negotiated() {
    let app = mounted(Formats);
    for (accept, content_type) in ACCEPT {
        for (accept_encoding, encoding) in ACCEPT_ENCODING {
            let headers: Vec<_> = [("accept", accept), ("accept-encoding", accept_encoding)]
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect();

            let get = ask(&app, request(Method::GET, "/metrics", &headers)).await;
            assert_eq!(get.status, 200, "{headers:?}");
            assert_eq!(
                get.header("content-type"),
                Some(content_type),
                "{headers:?}"
            );
            assert_eq!(get.header("content-encoding"), encoding, "{headers:?}");
            assert_eq!(get.header("vary"), Some("Accept, Accept-Encoding"));
            assert_eq!(get.header("cache-control"), Some("no-store"));
            assert_body(&get, content_type, encoding);

            let head = ask(&app, request(Method::HEAD, "/metrics", &headers)).await;
            assert_eq!((head.status, head.headers), (get.status, get.headers));
            assert!(head.body.is_empty());
        }
    }
}

#[tokio::test]
async fn other_methods_are_refused() {
    let app = mounted(Formats);
    for method in OTHER_METHODS {
        let headers = [("accept", PROMETHEUS), ("accept-encoding", "gzip")];
        let answer = ask(&app, request(method.parse().unwrap(), "/metrics", &headers)).await;

        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.header("allow"), Some("GET,HEAD"), "{method}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{method}");
        assert!(answer.body.is_empty(), "{method}");
    }
}

#[tokio::test]
async fn repeated_headers_are_one_list() {
    let headers = [
        ("accept", "text/plain;q=0.5"),
        ("accept", "application/openmetrics-text"),
        ("accept-encoding", "br"),
        ("accept-encoding", "gzip"),
    ];
    let answer = ask(
        &mounted(Formats),
        request(Method::GET, "/metrics", &headers),
    )
    .await;

    assert_eq!(answer.header("content-type"), Some(OPENMETRICS));
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
}

#[tokio::test]
async fn stock_recorder_is_served_as_text_and_by_name() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metadata = Metadata::new("", Level::INFO, None);
    for name in ["hits_total", "misses_total"] {
        recorder
            .register_counter(&Key::from_name(name), &metadata)
            .increment(3);
    }
    recorder
        .register_histogram(&Key::from_name("latency"), &metadata)
        .record(0.5);
    let app = mounted(recorder.handle());

    let headers = [("accept", PROMETHEUS)];
    let whole = ask(&app, request(Method::GET, "/metrics", &headers)).await;
    assert_eq!(whole.header("content-type"), Some(TEXT));
    let samples = Scrape::new(whole.text());
    assert_eq!(samples.values("hits_total", &[]), [3.0]);
    assert_eq!(samples.values("latency_count", &[]), [1.0]);

    for (query, names) in [
        ("name[]=hits_total", vec!["hits_total"]),
        (
            "name%5B%5D=hits_total&name%5B%5D=misses_total",
            vec!["hits_total", "misses_total"],
        ),
        ("name[]=unknown", vec![]),
        ("other=1", vec!["hits_total", "latency", "misses_total"]),
    ] {
        let answer = ask(&app, scrape(&format!("/metrics?{query}"))).await;
        let mut families: Vec<_> = answer
            .text()
            .lines()
            .filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next())
            .collect();
        families.sort_unstable();
        assert_eq!(families, names, "{query}");
    }
}

#[tokio::test]
async fn scrapes_are_not_in_the_request_metrics() {
    let app = mounted(Formats);
    for method in ["GET", "HEAD", "POST"] {
        let answer = ask(&app, request(method.parse().unwrap(), "/metrics", &[])).await;
        assert!(answer.is_unmetered, "{method}");
    }
}

#[tokio::test]
async fn exposition_offers_the_formats_that_it_lists() {
    struct Names;

    impl Exposition for Names {
        fn read(&self, _: &Selection) -> Result<Snapshot, axum::BoxError> {
            Ok(Snapshot::default())
        }

        fn formats(&self) -> &[Format] {
            &[Format::Text, Format::Json]
        }
    }

    let route = MetricsRoute::new(Names, Guard::Open);
    let app = axum::Router::new().mount_metrics_route(&MetricsPath::default(), route);
    for (accept, content_type, body) in [
        ("application/json", "application/json", r#"{"names":[]}"#),
        (PROMETHEUS, TEXT, ""),
    ] {
        let headers = [("accept", accept)];
        let answer = ask(&app, request(Method::GET, "/metrics", &headers)).await;

        assert_eq!(answer.header("content-type"), Some(content_type));
        assert_eq!(answer.text(), body);
    }
}

#[tokio::test]
async fn two_registries_are_one_metrics_route() {
    let metadata = Metadata::new("", Level::INFO, None);
    let counter = |recorder: &dyn Recorder, name| {
        let hits = recorder.register_counter(&Key::from_static_name(name), &metadata);
        hits.increment(3);
    };
    let stock = PrometheusBuilder::new().build_recorder();
    let (own, handle) = RecorderBuilder::new().build().unwrap();
    counter(&own, "hits_total");
    counter(&stock, "hits_total");
    counter(&stock, "misses_total");
    let app = mounted(merged(handle, stock.handle()));

    let [hits, misses] =
        ["hits_total", "misses_total"].map(|name| format!("# TYPE {name} counter\n{name} 3\n"));
    for (query, text) in [
        ("", format!("{hits}{misses}")),
        ("?name[]=hits_total", hits.clone()),
        ("?name[]=misses_total", misses.clone()),
        ("?name[]=unknown", String::new()),
    ] {
        let headers = [("accept", PROMETHEUS)];
        let path = format!("/metrics{query}");
        let answer = ask(&app, request(Method::GET, &path, &headers)).await;
        assert_eq!(answer.header("content-type"), Some(TEXT));
        assert_eq!(answer.text(), text, "{query}");
    }
}

#[tokio::test]
async fn registry_that_panics_leaves_the_other_on_the_route() {
    struct Panicking;

    impl Exposition for Panicking {
        fn read(&self, _: &Selection) -> Result<Snapshot, axum::BoxError> {
            panic!("as the test asks for")
        }
    }

    let (recorder, handle) = RecorderBuilder::new().build().unwrap();
    recorder
        .register_gauge(&Key::from_name("up"), &Metadata::new("", Level::INFO, None))
        .set(1.0);
    let app = mounted(merged(Panicking, handle));
    let answer = ask(&app, scrape("/metrics")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.text(), "# TYPE up gauge\nup 1\n");
}
