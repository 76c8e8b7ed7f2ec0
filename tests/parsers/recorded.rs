//! Exposition of a recorder in a known state, with hostile labels and unusual numbers.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use metrics::{counter, describe_counter, gauge, histogram, with_local_recorder};
use metrics_exporter_prometheus::PrometheusBuilder;
use tests::python;
use tollgate_axum::{Guard, MetricsPath, RouterExt};
use tower::ServiceExt;

use super::{Family, read};

const BOUNDS: [f64; 3] = [0.005, 1.0, 10.0];

/// Label values that resemble other syntax.
///
/// None has a backslash before a backslash, a quote or a line feed: the stock exporter takes such
/// a pair for an escape.
const HOSTILE: [&str; 18] = [
    "",
    " ",
    "\"",
    "\\",
    "\n",
    "\t",
    "\r",
    "\u{1}",
    "\u{2028}",
    "\u{feff}",
    "say \"hi\"",
    "C:\\new\\table",
    "two\nlines",
    "1\",shop=\"2\"} 3 # {",
    "\n# TYPE forged counter\nforged 1\n",
    "# EOF",
    "naïve ☕ 日本語 🦀",
    "/users/{id}",
];

#[tokio::test]
async fn python_reads_counters_with_hostile_labels() {
    const HELP: &str = "Sold,\nby item: \"\\o/\" # TYPE";
    let text = recorded(|| {
        describe_counter!("sold_total", HELP);
        for (count, item) in (1..).zip(HOSTILE) {
            counter!("sold_total", "item" => item, "shop" => "1").increment(count);
        }
        counter!("sold_total").increment(1 << 53);
    });
    let mut expected = family("counter", HELP);
    for (count, item) in (1..).zip(HOSTILE) {
        expect(
            &mut expected,
            "sold_total",
            &[("item", item), ("shop", "1")],
            f64::from(count),
        );
    }
    expect(&mut expected, "sold_total", &[], 2_f64.powi(53));
    assert_read(&text.await, "sold", expected);
}

#[tokio::test]
async fn python_reads_gauges_with_any_number() {
    let numbers = [
        0.0,
        -1.5,
        0.1,
        1e-300,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];
    let text = recorded(|| {
        for number in numbers {
            gauge!("temperature", "room" => number.to_string()).set(number);
        }
    });
    let mut expected = family("gauge", "");
    for number in numbers {
        expect(
            &mut expected,
            "temperature",
            &[("room", &number.to_string())],
            number,
        );
    }
    assert_read(&text.await, "temperature", expected);
}

#[tokio::test]
async fn python_reads_histograms_with_hostile_labels() {
    let text = recorded(|| {
        for item in HOSTILE {
            let brewing = histogram!("brewing_seconds", "item" => item);
            // Each is a sum of few powers of two, so their sum is exact in any order.
            for duration in [0.001_953_125, 1.0, 1.5, 240.0] {
                brewing.record(duration);
            }
        }
    });
    let mut expected = family("histogram", "");
    for item in HOSTILE {
        for (bound, count) in [("0.005", 1.0), ("1", 2.0), ("10", 3.0), ("+Inf", 4.0)] {
            let labels = [("item", item), ("le", bound)];
            expect(&mut expected, "brewing_seconds_bucket", &labels, count);
        }
        let labels = [("item", item)];
        expect(&mut expected, "brewing_seconds_count", &labels, 4.0);
        expect(
            &mut expected,
            "brewing_seconds_sum",
            &labels,
            242.501_953_125,
        );
    }
    assert_read(&text.await, "brewing_seconds", expected);
}

/// Records metrics and returns the answer of the metrics route.
async fn recorded(record: impl FnOnce()) -> String {
    let builder = PrometheusBuilder::new().set_buckets(&BOUNDS).unwrap();
    let recorder = builder.build_recorder();
    with_local_recorder(&recorder, record);

    let app = Router::new().mount_metrics(&MetricsPath::default(), recorder.handle(), Guard::Open);
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let response = app.oneshot(request).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

fn family(kind: &str, help: &str) -> Family {
    Family {
        kind: kind.to_owned(),
        help: help.to_owned(),
        samples: BTreeMap::new(),
    }
}

fn expect(family: &mut Family, name: &str, labels: &[(&str, &str)], value: f64) {
    let labels = labels
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()));
    let sample = (name.to_owned(), labels.collect());
    family.samples.insert(sample, value.to_string());
}

/// Asserts that Python reads this family and no other.
#[track_caller]
fn assert_read(text: &str, name: &str, expected: Family) {
    if let Some(client) = python::client() {
        let expected = BTreeMap::from([(name.to_owned(), expected)]);
        assert_eq!(read(client, text), expected, "{text}");
    }
}
