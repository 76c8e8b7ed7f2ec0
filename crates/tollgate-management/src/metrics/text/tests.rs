use metrics::{Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;
use proptest::prelude::*;
use tollgate_recorder::RecorderBuilder;

use super::*;

const METADATA: Metadata<'_> = Metadata::new("", Level::INFO, None);

#[track_caller]
fn assert_sample(line: &str, name: &str, labels: &[(&str, &str)], value: f64) {
    let sample = Sample::read(line).expect(line);
    let read: Vec<_> = sample.labels.iter().map(|(l, v)| (*l, &**v)).collect();
    assert_eq!((sample.name, &*read), (name, labels), "{line}");
    assert_eq!(sample.value.to_bits(), value.to_bits(), "{line}");
}

#[test]
fn a_sample_is_a_name_labels_and_a_value() {
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
fn what_is_not_valid_is_no_sample() {
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
}

#[test]
fn samples_belong_to_the_family_before_them_if_they_can() {
    let text = "\
        # HELP wait Time \\\\ spent\\n waiting.\n\
        # TYPE wait histogram\n\
        wait_bucket{le=\"+Inf\"} 1\n\
        wait_sum 2\n\
        wait_count 1\n\
        wait_total 3\n\n\
        # a comment\n\
        # HELP unused\n\
        # TYPE up gauge\n\
        up 1\n\
        up{a=\"b\"} 1\n\
        # TYPE size summary\n\
        size{quantile=\"1\"} 1\n\
        size_bucket 1\n";
    let families = families(text);
    let found: Vec<_> = families
        .iter()
        .map(|family| (family.name, family.kind, family.samples.len()))
        .collect();
    let expected = [
        ("wait", Kind::Histogram, 3),
        ("wait_total", Kind::Untyped, 1),
        ("up", Kind::Gauge, 2),
        ("size", Kind::Summary, 1),
        ("size_bucket", Kind::Untyped, 1),
    ];
    assert_eq!(found, expected);
    assert_eq!(families[0].help().unwrap(), "Time \\ spent\n waiting.");
    assert_eq!(families[1].help(), None);
}

/// A gauge of 1 with these labels, as it is written by `record`.
fn written(values: &[String], recorder: &dyn Recorder) {
    let labels: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(index, value)| Label::new(format!("l{index}"), value.clone()))
        .collect();
    let key = Key::from_parts("up", labels);
    recorder.register_gauge(&key, &METADATA).set(1.0);
}

#[track_caller]
fn read_back(text: &str) -> Vec<String> {
    let families = families(text);
    assert_eq!(families.len(), 1, "{text}");
    let sample = Sample::read(families[0].samples[0]).expect(text);
    let mut labels = sample.labels;
    labels.sort_unstable();
    labels.into_iter().map(|(_, value)| value.into()).collect()
}

proptest! {
    #[test]
    fn what_a_recorder_writes_is_read_back(values in prop::collection::vec("(?s).+", 0..4)) {
        let (recorder, handle) = RecorderBuilder::new().build().unwrap();
        written(&values, &recorder);
        prop_assert_eq!(read_back(&handle.render()), &*values);

        // It takes two backslashes for one that was escaped before.
        let values: Vec<_> = values.iter().map(|value| value.replace('\\', "/")).collect();
        let recorder = PrometheusBuilder::new().build_recorder();
        written(&values, &recorder);
        prop_assert_eq!(read_back(&recorder.handle().render()), values);
    }

    #[test]
    fn nothing_panics(text in any::<String>(), line in r#"[a{}="\\\\, \n#1]{0,40}"#) {
        for text in [text, line] {
            for family in families(&text) {
                for sample in &family.samples {
                    if let Some(sample) = Sample::read(sample) {
                        prop_assert!(sample.name.starts_with(family.name));
                    }
                }
            }
        }
    }
}
