//! One snapshot, written in every format.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use metrics::Unit;
use serde_json::json;

use super::{json, openmetrics, text};
use crate::{
    bounds::Bounds,
    cells::{NativeReading, SummaryReading},
    exemplar::Exemplar,
    kind::Kind,
    snapshot::{Description, FamilySnapshot, Point, Points, Snapshot},
};

/// A time whose every digit matters.
fn moment() -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(1_520_430_000_012_345_678)
}

fn point<V>(labels: &str, value: V) -> Point<V> {
    Point {
        labels: labels.into(),
        created: moment(),
        value,
    }
}

fn family(name: &str, kind: Kind, points: Points) -> FamilySnapshot {
    FamilySnapshot {
        name: name.into(),
        in_openmetrics: true,
        description: Description::default(),
        kind,
        points,
    }
}

fn histogram(
    bounds: &[f64],
    counts: &[u64],
    sum: f64,
    exemplars: Vec<(usize, Exemplar)>,
) -> Points {
    let mut words = counts.to_vec();
    words.push(sum.to_bits());
    Points::Histograms {
        bounds: Bounds::new(bounds).unwrap().into(),
        words,
        points: vec![point("a=\"x\"", exemplars)],
    }
}

fn exemplar() -> Exemplar {
    Exemplar {
        labels: "trace_id=\"4bf9\"".into(),
        value: 0.7,
        at: moment(),
    }
}

fn snapshot() -> Snapshot {
    let mut orders = family(
        "orders_total",
        Kind::Counter,
        Points::Counters(vec![point("", 3), point("a=\"x\"", 4)]),
    );
    orders.description.help = Some("Orders, \"all\".".into());
    orders.description.unit = Some(Unit::Count);
    let mut wait = family(
        "wait_seconds",
        Kind::Histogram,
        histogram(&[0.5, 1.0], &[1, 2, 1], 4.5, vec![(1, exemplar())]),
    );
    wait.description.unit = Some(Unit::Seconds);
    let quantiles = vec![(0.0, -1.0), (0.5, f64::NAN), (0.99, 2.5)];
    let summary = SummaryReading {
        count: 2,
        sum: 1.5,
        quantiles,
    };
    let mut native = NativeReading::new(3);
    native.count = 7;
    native.sum = 0.25;
    Snapshot {
        families: vec![
            family(
                "level",
                Kind::Gauge,
                Points::Gauges(vec![point("", f64::NEG_INFINITY)]),
            ),
            family(
                "native",
                Kind::Native,
                Points::Natives(vec![point("", native)]),
            ),
            orders,
            family(
                "size",
                Kind::Summary,
                Points::Summaries(vec![point("a=\"x\"", summary)]),
            ),
            wait,
        ],
    }
}

#[test]
fn every_kind_is_written_as_text() {
    let mut out = String::new();
    text::write(&snapshot(), &mut out);
    assert_eq!(
        out,
        r#"# TYPE level gauge
level -Inf
# TYPE native histogram
native_bucket{le="+Inf"} 7
native_sum 0.25
native_count 7
# HELP orders_total Orders, "all".
# TYPE orders_total counter
orders_total 3
orders_total{a="x"} 4
# TYPE size summary
size{a="x",quantile="0.0"} -1
size{a="x",quantile="0.5"} NaN
size{a="x",quantile="0.99"} 2.5
size_sum{a="x"} 1.5
size_count{a="x"} 2
# TYPE wait_seconds histogram
wait_seconds_bucket{a="x",le="0.5"} 1
wait_seconds_bucket{a="x",le="1.0"} 3
wait_seconds_bucket{a="x",le="+Inf"} 4
wait_seconds_sum{a="x"} 4.5
wait_seconds_count{a="x"} 4
"#
    );
}

#[test]
fn every_kind_is_written_as_openmetrics() {
    let mut out = String::new();
    openmetrics::write(&snapshot(), true, &mut out);
    assert_eq!(
        out,
        r#"# TYPE level gauge
level -Inf
# TYPE native histogram
native_bucket{le="+Inf"} 7
native_sum 0.25
native_count 7
native_created 1520430000.012
# TYPE orders counter
# HELP orders Orders, \"all\".
orders_total 3
orders_created 1520430000.012
orders_total{a="x"} 4
orders_created{a="x"} 1520430000.012
# TYPE size summary
size{a="x",quantile="0.5"} NaN
size{a="x",quantile="0.99"} 2.5
size_sum{a="x"} 1.5
size_count{a="x"} 2
size_created{a="x"} 1520430000.012
# TYPE wait_seconds histogram
# UNIT wait_seconds seconds
wait_seconds_bucket{a="x",le="0.5"} 1
wait_seconds_bucket{a="x",le="1.0"} 3 # {trace_id="4bf9"} 0.7 1520430000.012
wait_seconds_bucket{a="x",le="+Inf"} 4
wait_seconds_sum{a="x"} 4.5
wait_seconds_count{a="x"} 4
wait_seconds_created{a="x"} 1520430000.012
# EOF
"#
    );
}

#[track_caller]
fn assert_openmetrics_has_sum(bounds: &[f64], sum: f64, has_sum: bool) {
    let points = histogram(bounds, &[1, 0], sum, Vec::new());
    let mut out = String::new();
    openmetrics::write(
        &Snapshot {
            families: vec![family("x", Kind::Histogram, points)],
        },
        false,
        &mut out,
    );
    assert_eq!(out.contains("x_sum"), has_sum, "{out}");
    assert_eq!(out.contains("x_count"), has_sum, "{out}");
}

#[test]
fn openmetrics_omits_sums_that_can_decrease() {
    assert_openmetrics_has_sum(&[0.0], 1.0, true);
    assert_openmetrics_has_sum(&[-1.0], 1.0, false);
    assert_openmetrics_has_sum(&[1.0], -1.0, false);
}

#[test]
fn unit_is_written_only_if_the_name_ends_with_it() {
    for (name, unit, written) in [
        ("wait_seconds", Unit::Seconds, Some("seconds")),
        ("wait", Unit::Seconds, None),
        ("seconds", Unit::Seconds, None),
        ("_seconds", Unit::Seconds, None),
        ("load_ratio", Unit::Percent, Some("ratio")),
        ("rows_count", Unit::Bytes, None),
    ] {
        let mut family = family(name, Kind::Gauge, Points::Gauges(vec![point("", 1.0)]));
        family.description.unit = Some(unit);
        let mut out = String::new();
        openmetrics::write(
            &Snapshot {
                families: vec![family],
            },
            false,
            &mut out,
        );
        let line = written.map(|unit| format!("# UNIT {name} {unit}"));
        assert_eq!(
            out.lines().find(|line| line.starts_with("# UNIT")),
            line.as_deref()
        );
    }
}

#[track_caller]
fn assert_measures(
    family: usize,
    tags: &[(&str, &str)],
    measurements: &[(&str, serde_json::Value)],
) {
    let metric = json::metric(&snapshot().families[family], tags).unwrap();
    let expected: Vec<_> = measurements
        .iter()
        .map(|(statistic, value)| json!({ "statistic": statistic, "value": value }))
        .collect();
    assert_eq!(metric["measurements"], json!(expected));
}

#[test]
fn json_sums_the_series_with_the_given_tags() {
    assert_measures(0, &[], &[("VALUE", json!(null))]);
    assert_measures(1, &[], &[("COUNT", json!(7)), ("TOTAL", json!(0.25))]);
    assert_measures(2, &[], &[("COUNT", json!(7))]);
    assert_measures(2, &[("a", "x")], &[("COUNT", json!(4))]);
    assert_measures(3, &[], &[("COUNT", json!(2)), ("TOTAL", json!(1.5))]);
    assert_measures(
        4,
        &[("a", "x")],
        &[("COUNT", json!(4)), ("TOTAL", json!(4.5))],
    );
}

#[test]
fn json_lists_the_available_tags() {
    let orders = &snapshot().families[2];
    let metric = json::metric(orders, &[]).unwrap();
    assert_eq!(
        metric["availableTags"],
        json!([{ "tag": "a", "values": ["x"] }])
    );
    assert_eq!(metric["description"], "Orders, \"all\".");
    assert_eq!(metric["baseUnit"], "count");
    assert_eq!(
        json::metric(orders, &[("a", "x")]).unwrap()["availableTags"],
        json!([])
    );
    assert_eq!(json::metric(orders, &[("a", "y")]), None);
    assert_eq!(json::metric(orders, &[("b", "x")]), None);
}
