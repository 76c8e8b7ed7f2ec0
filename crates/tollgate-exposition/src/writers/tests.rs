//! One snapshot in every format.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::{Value as Json, json};

use crate::{Exemplar, Family, Format, Kind, NativeHistogram, Selection, Series, Snapshot, Value};

/// A moment that takes all digits to write.
fn moment() -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(1_520_430_000_012_345_678)
}

fn family<'a>(
    name: &str,
    kind: Kind,
    series: impl IntoIterator<Item = (&'a str, Value<'a>)>,
) -> Family {
    let mut family = Family::new(name, kind);
    for (labels, value) in series {
        family.push(Series {
            created: Some(moment()),
            ..Series::new(labels, value)
        });
    }
    family
}

fn histogram(name: &str, bounds: &[f64], counts: &[u64], sum: f64) -> Family {
    let value = Value::Histogram {
        bounds: &Arc::from(bounds),
        counts,
        sum,
        exemplars: &[(1, exemplar())],
    };
    family(name, Kind::Histogram, [("a=\"x\"", value)])
}

fn exemplar() -> Exemplar {
    Exemplar {
        labels: "trace_id=\"4bf9\"".into(),
        value: 0.7,
        at: moment(),
    }
}

fn snapshot() -> Snapshot {
    let orders = [("", Value::Count(3)), ("a=\"x\"", Value::Count(4))];
    let mut orders = family("orders_total", Kind::Counter, orders);
    orders.help = Some("Orders, \"all\".".into());
    orders.unit = Some("count".into());
    let mut wait = histogram("wait_seconds", &[0.5, 1.0], &[1, 2, 1], 4.5);
    wait.unit = Some("seconds".into());
    let size = Value::Summary {
        count: 2,
        sum: 1.5,
        quantiles: &[(0.0, -1.0), (0.5, f64::NAN), (0.99, 2.5)],
    };
    let native = NativeHistogram {
        schema: 3,
        count: 7,
        sum: 0.25,
        zero_threshold: 1e-9,
        zero_count: 7,
        ..NativeHistogram::default()
    };
    Snapshot::from_iter([
        wait,
        family(
            "level",
            Kind::Gauge,
            [("", Value::Number(f64::NEG_INFINITY))],
        ),
        family("native", Kind::Histogram, [("", Value::Native(&native))]),
        orders,
        family("size", Kind::Summary, [("a=\"x\"", size)]),
        family(
            "spent_seconds_total",
            Kind::Counter,
            [("", Value::Number(0.5))],
        ),
        family("thing", Kind::Unknown, [("", Value::Count(1))]),
    ])
}

fn written(snapshot: &Snapshot, format: Format) -> String {
    let mut out = Vec::new();
    snapshot.write(format, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn everything_is_written_as_text() {
    assert_eq!(
        written(&snapshot(), Format::Text),
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
# TYPE spent_seconds_total counter
spent_seconds_total 0.5
# TYPE thing untyped
thing 1
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
fn everything_is_written_as_openmetrics() {
    assert_eq!(
        written(&snapshot(), Format::OpenMetrics),
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
# TYPE size unknown
size{a="x",quantile="0.0"} -1
size{a="x",quantile="0.5"} NaN
size{a="x",quantile="0.99"} 2.5
# TYPE size_sum unknown
size_sum{a="x"} 1.5
# TYPE size_count unknown
size_count{a="x"} 2
# TYPE spent_seconds counter
spent_seconds_total 0.5
spent_seconds_created 1520430000.012
# TYPE thing unknown
thing 1
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
fn assert_openmetrics(family: Family, types: &[&str]) {
    let snapshot = Snapshot::from_iter([family]);
    let (text, openmetrics) = (
        written(&snapshot, Format::Text),
        written(&snapshot, Format::OpenMetrics),
    );
    let declared = openmetrics
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "));
    assert_eq!(declared.collect::<Vec<_>>(), types);
    for sample in text.lines().filter(|line| !line.starts_with('#')) {
        assert!(openmetrics.contains(sample), "{sample}\n{openmetrics}");
    }
}

#[test]
fn openmetrics_has_values_that_it_forbids_as_families_of_unknown_type() {
    let parts = ["x_bucket unknown", "x_sum unknown", "x_count unknown"];
    assert_openmetrics(histogram("x", &[0.0], &[1, 0], 1.0), &["x histogram"]);
    assert_openmetrics(histogram("x", &[-1.0], &[1, 0], 1.0), &parts);
    assert_openmetrics(histogram("x", &[1.0], &[1, 0], -1.0), &parts);
    let native = NativeHistogram {
        sum: -1.0,
        ..NativeHistogram::default()
    };
    let native = family("x", Kind::Histogram, [("", Value::Native(&native))]);
    assert_openmetrics(native, &parts);
    for (number, of) in [
        (0.5, "x counter"),
        (-0.5, "x_total unknown"),
        (f64::NAN, "x_total unknown"),
    ] {
        let counter = family("x_total", Kind::Counter, [("", Value::Number(number))]);
        assert_openmetrics(counter, &[of]);
    }
    for (sum, value) in [(-1.0, 1.0), (1.0, -1.0)] {
        let summary = Value::Summary {
            count: 1,
            sum,
            quantiles: &[(0.5, value)],
        };
        let parts = ["x unknown", "x_sum unknown", "x_count unknown"];
        assert_openmetrics(family("x", Kind::Summary, [("", summary)]), &parts);
    }
}

#[test]
fn unit_is_written_only_where_the_name_ends_with_it() {
    for (name, unit, is_written) in [
        ("wait_seconds", "seconds", true),
        ("wait", "seconds", false),
        ("seconds", "seconds", false),
        ("_seconds", "seconds", false),
        ("load_ratio", "ratio", true),
        ("rows_count", "bytes", false),
    ] {
        let mut family = family(name, Kind::Gauge, [("", Value::Count(1))]);
        family.unit = Some(unit.into());
        let text = written(&Snapshot::from_iter([family]), Format::OpenMetrics);
        let line = is_written.then(|| format!("# UNIT {name} {unit}"));
        assert_eq!(
            text.lines().find(|line| line.starts_with("# UNIT")),
            line.as_deref()
        );
    }
}

#[test]
fn bounds_of_each_series_are_its_own() {
    let value = |bounds: &[f64], counts: &'static [u64]| (Arc::<[f64]>::from(bounds), counts);
    let values = [
        value(&[1.0], &[1, 0]),
        value(&[], &[3]),
        value(&[2.0], &[0, 1]),
    ];
    let mut family = Family::new("wait", Kind::Histogram);
    for (bounds, counts) in &values {
        let value = Value::Histogram {
            bounds,
            counts,
            sum: 1.0,
            exemplars: &[],
        };
        family.push(Series::new("", value));
    }
    let text = written(&Snapshot::from_iter([family]), Format::Text);
    let buckets = text.lines().filter(|line| line.contains("_bucket"));
    assert_eq!(
        buckets.collect::<Vec<_>>(),
        [
            "wait_bucket{le=\"1.0\"} 1",
            "wait_bucket{le=\"+Inf\"} 1",
            "wait_bucket{le=\"+Inf\"} 3",
            "wait_bucket{le=\"2.0\"} 0",
            "wait_bucket{le=\"+Inf\"} 1",
        ]
    );
}

#[test]
fn values_of_another_kind_are_ignored() {
    let mut family = Family::new("up", Kind::Gauge);
    let summary = Value::Summary {
        count: 1,
        sum: 1.0,
        quantiles: &[],
    };
    family.push(Series::new("", summary));
    assert_eq!(Snapshot::from_iter([family]).families().len(), 0);

    let mut family = Family::new("wait", Kind::Histogram);
    let too_few = Value::Histogram {
        bounds: &Arc::from([1.0]),
        counts: &[1],
        sum: 1.0,
        exemplars: &[],
    };
    family.push(Series::new("", too_few));
    family.push(Series::new("", Value::Count(1)));
    assert_eq!(family.series().len(), 0);
}

#[test]
fn samples_counts_the_lines_of_the_text() {
    let snapshot = snapshot();
    let text = written(&snapshot, Format::Text);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(snapshot.samples(), lines.count());
}

#[test]
fn writing_appends() {
    for format in Format::ALL {
        let mut alone = Vec::new();
        snapshot().write(*format, &mut alone);
        let mut after = b"before\n".to_vec();
        snapshot().write(*format, &mut after);
        assert_eq!(after, [b"before\n", &*alone].concat(), "{format:?}");
    }
}

#[test]
fn selection_applies_to_both_text_formats() {
    let mut snapshot = snapshot();
    snapshot.retain(&Selection::names(["orders", "unknown", "size_sum"]).label("a", "x"));
    assert_eq!(
        written(&snapshot, Format::Json),
        r#"{"names":["orders_total","size"]}"#
    );
    let text = written(&snapshot, Format::Text);
    assert!(!text.contains("orders_total 3"), "{text}");
    snapshot.retain(&Selection::all().label("a", "y"));
    assert_eq!(written(&snapshot, Format::OpenMetrics), "# EOF\n");
}

fn json_of(name: &str, selection: &Selection) -> Option<Json> {
    let snapshot = snapshot();
    let json = snapshot.family(name).unwrap().to_json(selection)?;
    Some(serde_json::from_str(&json).unwrap())
}

#[track_caller]
fn assert_measures(name: &str, selection: &Selection, measurements: &[(&str, Json)]) {
    let expected: Vec<_> = measurements
        .iter()
        .map(|(statistic, value)| json!({ "statistic": statistic, "value": value }))
        .collect();
    let json = json_of(name, selection).unwrap();
    assert_eq!(json["measurements"], json!(expected));
}

#[test]
fn family_is_summed_as_json() {
    let all = Selection::all();
    let x = all.clone().label("a", "x");
    assert_measures("level", &all, &[("VALUE", json!(null))]);
    assert_measures(
        "native",
        &all,
        &[("COUNT", json!(7.0)), ("TOTAL", json!(0.25))],
    );
    assert_measures("orders_total", &all, &[("COUNT", json!(7.0))]);
    assert_measures("orders_total", &x, &[("COUNT", json!(4.0))]);
    assert_measures(
        "size",
        &all,
        &[("COUNT", json!(2.0)), ("TOTAL", json!(1.5))],
    );
    assert_measures("spent_seconds_total", &all, &[("COUNT", json!(0.5))]);
    assert_measures("thing", &all, &[("UNKNOWN", json!(1.0))]);
    assert_measures(
        "wait_seconds",
        &x,
        &[("COUNT", json!(4.0)), ("TOTAL", json!(4.5))],
    );
}

#[test]
fn json_lists_the_tags_that_are_left() {
    let all = Selection::all();
    let orders = json_of("orders_total", &all).unwrap();
    assert_eq!(
        orders,
        json!({
            "name": "orders_total",
            "measurements": [{ "statistic": "COUNT", "value": 7.0 }],
            "availableTags": [{ "tag": "a", "values": ["x"] }],
            "description": "Orders, \"all\".",
            "baseUnit": null,
        })
    );
    let tagged = json_of("orders_total", &all.clone().label("a", "x")).unwrap();
    assert_eq!(tagged["availableTags"], json!([]));
    for selection in [
        all.clone().label("a", "y"),
        all.clone().label("b", "x"),
        all.clone().label("a", "x").label("a", "y"),
        all.clone().label("b", ""),
    ] {
        assert_eq!(json_of("orders_total", &selection), None);
    }
    assert_eq!(json_of("wait_seconds", &all.label("le", "0.5")), None);
}

#[test]
fn summary_with_the_quantile_one_has_a_maximum() {
    let measured = |values: &[&[(f64, f64)]]| {
        let mut family = Family::new("size", Kind::Summary);
        for quantiles in values {
            let value = Value::Summary {
                count: 1,
                sum: 6.0,
                quantiles,
            };
            family.push(Series::new("", value));
        }
        let json = family.to_json(&Selection::all()).unwrap();
        let json: Json = serde_json::from_str(&json).unwrap();
        json["measurements"].get(2).cloned()
    };
    let max = |value: f64| Some(json!({ "statistic": "MAX", "value": value }));
    assert_eq!(
        measured(&[&[(0.5, 3.0), (1.0, 9.0)], &[(1.0, 4.0)]]),
        max(9.0)
    );
    assert_eq!(measured(&[&[(1.0, -3.0)]]), max(-3.0));
    assert_eq!(measured(&[&[(0.5, 3.0)]]), None);
    assert_eq!(measured(&[&[(1.0, f64::NAN)]]), None);
}
