//! The stock recorder's text: selection and reading.

use std::collections::BTreeSet;

use metrics::{Key, Level, Metadata, Recorder, Unit};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusRecorder};

use super::{PrometheusHandle, samples};
use crate::{Exposition, Format, Kind, Selection, Value};

const METADATA: Metadata<'_> = Metadata::new("", Level::INFO, None);

/// Two families of every type, with help texts and label values that try to look like something
/// else.
fn recorder() -> PrometheusRecorder {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Prefix("histogram".into()), &[1.0])
        .unwrap()
        .build_recorder();
    let hostile = "\n\n# TYPE gauge_a counter\ngauge_a 1\n\n";
    for name in ["a", "b"] {
        let labels = &[("label", hostile)];
        let key = |kind: &str| Key::from_parts(format!("{kind}_{name}"), labels);
        recorder.describe_counter(
            key("counter").name().to_owned().into(),
            Some(Unit::Count),
            hostile.into(),
        );
        recorder
            .register_counter(&key("counter"), &METADATA)
            .increment(1);
        recorder.register_gauge(&key("gauge"), &METADATA).set(1.0);
        for kind in ["histogram", "summary"] {
            recorder
                .register_histogram(&key(kind), &METADATA)
                .record(0.5);
        }
    }
    // Looks like a sample of `histogram_a`, and is a family of its own.
    recorder
        .register_gauge(&Key::from_name("histogram_a_total"), &METADATA)
        .set(1.0);
    recorder
}

/// The lines of a rendering, whose order is the maps'.
#[track_caller]
fn lines(handle: &PrometheusHandle, names: &[&str]) -> BTreeSet<String> {
    let selection = Selection::names(names.iter().copied());
    let mut out = Vec::new();
    let samples = handle.write(Format::Text, &selection, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines = text.lines();
    let is_sample = |line: &&str| !line.is_empty() && !line.starts_with('#');
    assert_eq!(lines.filter(is_sample).count(), samples);
    text.lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The lines of the whole rendering that belong to `family`.
fn family(handle: &PrometheusHandle, family: &str) -> BTreeSet<String> {
    let of_family = |line: &String| {
        let name = line
            .trim_start_matches("# HELP ")
            .trim_start_matches("# TYPE ")
            .split(['{', ' '])
            .next();
        name.is_some_and(|name| {
            name.strip_prefix(family)
                .is_some_and(|rest| ["", "_bucket", "_sum", "_count"].contains(&rest))
        })
    };
    lines(handle, &[]).into_iter().filter(of_family).collect()
}

#[test]
fn family_is_selected_whole_by_its_name_or_the_name_of_a_sample() {
    let handle = recorder().handle();
    for (name, selected, lines_of_it) in [
        ("counter_a", "counter_a", 3),
        ("gauge_a", "gauge_a", 2),
        ("histogram_a", "histogram_a", 5),
        ("histogram_a_bucket", "histogram_a", 5),
        ("histogram_a_sum", "histogram_a", 5),
        ("histogram_a_count", "histogram_a", 5),
        ("histogram_a_total", "histogram_a_total", 2),
        ("summary_a_sum", "summary_a", 10),
    ] {
        let got = lines(&handle, &[name]);
        assert_eq!(got, family(&handle, selected), "{name}");
        assert_eq!(got.len(), lines_of_it, "{name}");
    }
}

#[test]
fn unknown_names_select_nothing() {
    let handle = recorder().handle();
    for name in [
        "",
        "counter",
        "counter_a_sum",
        "gauge_a_bucket",
        "summary_a_bucket",
        "_sum",
    ] {
        assert_eq!(lines(&handle, &[name]), BTreeSet::new(), "{name:?}");
    }
}

#[test]
fn several_names_select_several_families() {
    let handle = recorder().handle();
    let mut both = family(&handle, "gauge_a");
    both.extend(family(&handle, "counter_b"));

    assert_eq!(lines(&handle, &["gauge_a", "counter_b", "unknown"]), both);
}

#[test]
fn everything_is_read_sorted() {
    let snapshot = recorder().handle().read(&Selection::all()).unwrap();
    let read: Vec<_> = snapshot
        .families()
        .iter()
        .map(|family| (family.name(), family.kind(), family.series().len()))
        .collect();
    assert_eq!(
        read,
        [
            ("counter_a", Kind::Counter, 1),
            ("counter_b", Kind::Counter, 1),
            ("gauge_a", Kind::Gauge, 1),
            ("gauge_b", Kind::Gauge, 1),
            ("histogram_a", Kind::Histogram, 1),
            ("histogram_a_total", Kind::Gauge, 1),
            ("histogram_b", Kind::Histogram, 1),
            ("summary_a", Kind::Summary, 1),
            ("summary_b", Kind::Summary, 1),
        ]
    );
    let histogram = snapshot.family("histogram_a").unwrap();
    let Value::Histogram {
        bounds,
        counts,
        sum,
        ..
    } = histogram.series().next().unwrap().value
    else {
        panic!("{histogram:?}");
    };
    assert_eq!((&**bounds, counts), (&[1.0][..], &[1, 0][..]));
    assert_eq!(sum.to_string(), "0.5");
    assert_eq!(
        snapshot.family("counter_a").unwrap().help.as_deref(),
        Some("\n\n# TYPE gauge_a counter\ngauge_a 1\n\n")
    );
}

#[test]
fn json_lists_the_names_and_labels_select_series() {
    let handle = recorder().handle();
    let written = |format, selection: &Selection| {
        let mut out = Vec::new();
        let samples = handle.write(format, selection, &mut out).unwrap();
        (String::from_utf8(out).unwrap(), samples)
    };
    let gauges = Selection::names(["gauge_a", "histogram_a_total"]);
    let names = r#"{"names":["gauge_a","histogram_a_total"]}"#.to_owned();
    assert_eq!(written(Format::Json, &gauges), (names, 2));
    let none = gauges.label("label", "other");
    assert_eq!(written(Format::Text, &none), (String::new(), 0));
}

#[test]
fn samples_are_the_lines_that_are_neither_comments_nor_empty() {
    assert_eq!(samples(b""), 0);
    assert_eq!(samples(b"# HELP up Up.\n# TYPE up gauge\n\n"), 0);
    assert_eq!(
        samples(b"# TYPE up gauge\nup{a=\"#\"} 1\nup 0\n\n# EOF\n"),
        2
    );
    assert_eq!(samples(b"up 1"), 1);
}
