//! Text that is read back.

use metrics::{Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;
use proptest::prelude::*;

use super::{Sample, read};
use crate::{Family, Format, Kind, Series, Snapshot, Value, label_pairs, label_text};

#[track_caller]
fn assert_sample(line: &str, name: &str, labels: &[(&str, &str)], value: f64) {
    let sample = Sample::read(line).expect(line);
    let read: Vec<_> = sample.labels.iter().map(|(l, v)| (*l, &**v)).collect();
    assert_eq!((sample.name, &*read), (name, labels), "{line}");
    assert_eq!(sample.value.to_bits(), value.to_bits(), "{line}");
}

#[test]
fn sample_is_a_name_labels_and_a_value() {
    assert_sample("up 1", "up", &[], 1.0);
    assert_sample("up{} 1", "up", &[], 1.0);
    assert_sample(r#"up{a="b"} 1.5e-3"#, "up", &[("a", "b")], 1.5e-3);
    assert_sample(
        r#"up{a="",b="c",} -1"#,
        "up",
        &[("a", ""), ("b", "c")],
        -1.0,
    );
    assert_sample(
        "up\t{ a = \"b\" , c=\"d\" }  3 1395066363000",
        "up",
        &[("a", "b"), ("c", "d")],
        3.0,
    );
    assert_sample("a:b +Inf", "a:b", &[], f64::INFINITY);
    assert_sample("a -Inf -3", "a", &[], f64::NEG_INFINITY);
    assert!(Sample::read("a NaN").unwrap().value.is_nan());
}

#[test]
fn label_values_may_look_like_anything() {
    let escaped = r#"up{a="\\",b="\"} 2",c="{x=\"y\"},",d="1\n2",e="\x"} 1"#;
    let labels = [
        ("a", "\\"),
        ("b", "\"} 2"),
        ("c", "{x=\"y\"},"),
        ("d", "1\n2"),
        ("e", "\\x"),
    ];
    assert_sample(escaped, "up", &labels, 1.0);
}

#[test]
fn invalid_lines_are_no_samples() {
    for line in [
        "",
        "up",
        "up one",
        "up 1 soon",
        "up 1 2 3",
        "{} 1",
        "up{ 1",
        r#"up{a="b" 1"#,
        r#"up{a="b\"} 1"#,
        r#"up{a="b"c="d"} 1"#,
        "up{a=b} 1",
        r#"up{="b"} 1"#,
        r#"up{a-b="c"} 1"#,
        "up{,} 1",
    ] {
        assert_eq!(Sample::read(line), None, "{line}");
    }
    let error = read("# TYPE up gauge\nup 1\nup{a=\"1} 1\n").unwrap_err();
    assert_eq!(error.to_string(), "line 3 of the exposition is no sample");
}

const TEXT: &str = "\
    # HELP wait Time \\\\ spent\\n waiting.\n\
    # TYPE wait histogram\n\
    wait_bucket{le=\"1\"} 1\n\
    wait_bucket{le=\"0.5\"} 0\n\
    wait_bucket{le=\"+Inf\"} 3\n\
    wait_sum 2\n\
    wait_count 3\n\
    wait_total 3\n\n\
    # a comment\n\
    # HELP unused\n\
    # TYPE up gauge\n\
    up 1\n\
    up{a=\"b\"} 1.5\n\
    # TYPE size summary\n\
    size{quantile=\"1\"} 1\n\
    size{quantile=\"0.5\"} NaN\n\
    size_count 9007199254740993\n\
    size_bucket 1\n";

#[test]
fn samples_belong_to_the_family_before_them_if_they_can() {
    let snapshot = read(TEXT).unwrap();
    let found: Vec<_> = snapshot
        .families()
        .iter()
        .map(|family| (family.name(), family.kind(), family.series().len()))
        .collect();
    let expected = [
        ("size", Kind::Summary, 1),
        ("size_bucket", Kind::Unknown, 1),
        ("up", Kind::Gauge, 2),
        ("wait", Kind::Histogram, 1),
        ("wait_total", Kind::Unknown, 1),
    ];
    assert_eq!(found, expected);
    let help = |name| snapshot.family(name).unwrap().help.as_deref();
    assert_eq!(help("wait"), Some("Time \\ spent\n waiting."));
    assert_eq!(help("wait_total"), None);
}

#[test]
fn samples_of_one_series_are_put_together() {
    let mut out = Vec::new();
    read(TEXT).unwrap().write(Format::Text, &mut out);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "\
         # TYPE size summary\n\
         size{quantile=\"0.5\"} NaN\n\
         size{quantile=\"1.0\"} 1\n\
         size_sum 0\n\
         size_count 9007199254740992\n\
         # TYPE size_bucket untyped\n\
         size_bucket 1\n\
         # TYPE up gauge\n\
         up 1\n\
         up{a=\"b\"} 1.5\n\
         # HELP wait Time \\\\ spent\\n waiting.\n\
         # TYPE wait histogram\n\
         wait_bucket{le=\"0.5\"} 0\n\
         wait_bucket{le=\"1.0\"} 1\n\
         wait_bucket{le=\"+Inf\"} 3\n\
         wait_sum 2\n\
         wait_count 3\n\
         # TYPE wait_total untyped\n\
         wait_total 3\n"
    );
}

fn labels(values: &[String]) -> Vec<(String, String)> {
    let values = values.iter().enumerate();
    values
        .map(|(index, value)| (format!("l{index}"), value.clone()))
        .collect()
}

#[track_caller]
fn read_back(text: &str) -> Vec<String> {
    let snapshot = read(text).unwrap();
    let family = snapshot.family("up").expect(text);
    let series = family.series().next().unwrap();
    let values = label_pairs(series.labels);
    values.map(|(_, value)| value.into_owned()).collect()
}

proptest! {
    #[test]
    fn written_labels_are_read_back(values in prop::collection::vec("(?s).+", 0..4)) {
        let mut family = Family::new("up", Kind::Gauge);
        family.push(Series::new(&label_text(labels(&values)), Value::Count(1)));
        let mut text = Vec::new();
        Snapshot::from_iter([family]).write(Format::Text, &mut text);
        prop_assert_eq!(read_back(str::from_utf8(&text).unwrap()), &*values);

        // The stock recorder takes two backslashes for one that was escaped before.
        let values: Vec<_> = values.iter().map(|value| value.replace('\\', "/")).collect();
        let recorder = PrometheusBuilder::new().build_recorder();
        let labels = labels(&values).into_iter().map(|(name, value)| Label::new(name, value));
        let key = Key::from_parts("up", labels.collect::<Vec<_>>());
        let metadata = Metadata::new("", Level::INFO, None);
        recorder.register_gauge(&key, &metadata).set(1.0);
        prop_assert_eq!(read_back(&recorder.handle().render()), values);
    }

    #[test]
    fn nothing_panics(text in any::<String>(), line in r#"[a{}="\\\\, \n#1]{0,40}"#) {
        for text in [text, line] {
            for typed in [text.clone(), format!("# TYPE a histogram\n{text}")] {
                if let Ok(snapshot) = read(&typed) {
                    snapshot.write(Format::Text, &mut Vec::new());
                }
            }
        }
    }
}
