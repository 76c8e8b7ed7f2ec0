//! Independent decoders read every format of the recorder, and the same samples from each.

mod merged;
mod protobuf;
mod python;

use std::collections::BTreeMap;
use std::thread;

use metrics::{
    Label, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
    with_local_recorder,
};
use proptest::prelude::*;
use tests::{outside, process};
use tollgate_exposition::{Format, Selection};
use tollgate_recorder::{Handle, Matcher, RecorderBuilder};

/// Samples of an exposition by name and labels; values as Rust shows them.
type Samples = BTreeMap<(String, Labels), String>;

type Labels = BTreeMap<String, String>;

const HELP: &str = "Two\nlines, \"quotes\" and a \\ backslash.";

/// Records metrics of every kind and returns the recorder's handle.
fn everything() -> Handle {
    let (recorder, handle) = RecorderBuilder::new()
        .buckets(&[0.005, 1.0, 10.0])
        .buckets_for(Matcher::Full("balance".into()), &[-1.0, 1.0])
        .summary_for(Matcher::Prefix("size".into()), &[0.0, 0.5, 0.99])
        .native_histogram_for(Matcher::Full("native_seconds".into()), 3, 160)
        .constant_label("zone", "a")
        .max_series(3)
        .created(true)
        .exemplars(|| Some(vec![Label::new("trace_id", "say \"4bf9\"")]))
        .build()
        .unwrap();
    with_local_recorder(&recorder, || {
        describe_counter!("sold_total", HELP);
        describe_histogram!("wait_seconds", Unit::Seconds, HELP);
        describe_gauge!("load", Unit::Percent, "Load.");
        for item in ["tea", "coffee", "milk", "sugar", ""] {
            counter!("sold_total", "item" => item).increment(3);
            histogram!("wait_seconds", "item" => item).record(0.25);
        }
        counter!("plain").increment(1 << 53);
        for (number, name) in [
            (0.1, "load"),
            (f64::NAN, "nan"),
            (f64::INFINITY, "up"),
            (-1e-300, "tiny"),
        ] {
            gauge!(name).set(number);
        }
        for value in [-3.0, 0.5, 20.0, f64::NAN, f64::NEG_INFINITY] {
            histogram!("balance").record(value);
            histogram!("negative").record(-1.0);
            histogram!("native_seconds").record(value);
            histogram!("size").record(value.abs());
            histogram!("size_negative").record(-value.abs());
        }
        // Rejected: each has the name of another family's sample.
        gauge!("wait_seconds_bucket").set(1);
        counter!("load").increment(1);
        // In OpenMetrics only, they have the names of other families or of their samples.
        gauge!("lost_created").set(1);
        counter!("lost_total").increment(2);
        counter!("wait_seconds_count_total").increment(3);
    });
    handle
}

#[test]
fn python_reads_the_same_from_both_text_formats() {
    let handle = everything();
    let (text, openmetrics) = (handle.render(), handle.render_openmetrics());
    let Some(from_text) = python::read("text", &text) else {
        return;
    };
    let from_openmetrics = python::read("openmetrics", &openmetrics).unwrap();

    let expected = as_named(from_text.samples);
    let mut samples = from_openmetrics.samples;
    let all = samples.len();
    samples.retain(|(name, _), _| !name.ends_with("_created") || name == "lost_created");
    assert!(samples.len() < all, "{openmetrics}");
    assert_eq!(samples, expected, "{text}\n{openmetrics}");

    assert_eq!(from_openmetrics.units["wait_seconds"], "seconds");
    for help in [&from_text.helps, &from_openmetrics.helps] {
        assert_eq!((&*help["sold"], &*help["wait_seconds"]), (HELP, HELP));
    }
    let exemplars = &from_openmetrics.exemplars["wait_seconds_bucket"];
    assert_eq!(exemplars.len(), 4, "one for each series: {exemplars:?}");
    for (labels, value) in exemplars {
        assert_eq!((&*labels["trace_id"], *value), ("say \"4bf9\"", 0.25));
    }
}

#[test]
fn protobuf_decodes_to_the_samples_of_the_text() {
    let handle = everything();
    let mut bytes = Vec::new();
    handle
        .read(&Selection::all())
        .write(Format::Protobuf, &mut bytes);
    let Some(expected) = python::read("text", &handle.render()) else {
        return;
    };
    let mut expected = as_named(expected.samples);
    // Text has only one bucket of a native histogram; this decoder has none.
    expected.retain(|(name, _), _| name != "native_seconds_bucket");
    assert_eq!(protobuf::samples(&bytes), expected);
}

/// Returns samples of Python's text parser without the `_total` that it adds to every counter.
fn as_named(samples: Samples) -> Samples {
    let named = |((mut name, labels), value)| {
        if name == "plain_total" {
            "plain".clone_into(&mut name);
        }
        ((name, labels), value)
    };
    samples.into_iter().map(named).collect()
}

#[test]
fn promtool_has_no_complaints() {
    let (recorder, handle) = RecorderBuilder::new()
        .summary_for(Matcher::Full("size_bytes".into()), &[0.5, 0.9])
        .native_histogram_for(Matcher::Full("native_seconds".into()), 3, 160)
        .max_series(1)
        .build()
        .unwrap();
    with_local_recorder(&recorder, || {
        describe_counter!("sold_total", HELP);
        for name in ["wait_seconds", "size_bytes", "native_seconds"] {
            describe_histogram!(name, HELP);
            histogram!(name, "item" => HELP).record(0.25);
        }
        for item in [HELP, "", "tea"] {
            counter!("sold_total", "item" => item).increment(3);
        }
        describe_gauge!("temperature_celsius", HELP);
        gauge!("temperature_celsius").set(-1.5);
    });
    assert_promtool_accepts(&handle.render());
}

#[track_caller]
fn assert_promtool_accepts(text: &str) {
    let Some(mut promtool) = outside::program("promtool", "apt-get install prometheus") else {
        return;
    };
    promtool.args(["check", "metrics"]);
    let output = process::feed(promtool, text);
    assert!(
        output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(),
        "{output:?}\n{text}"
    );
}

#[test]
fn every_scrape_is_consistent_while_writers_run() {
    let (recorder, handle) = RecorderBuilder::new().buckets(&[1.0]).build().unwrap();
    let wait = with_local_recorder(&recorder, || histogram!("wait"));
    thread::scope(|scope| {
        let writers = [0.5, 2.0].map(|value| {
            let wait = &wait;
            scope.spawn(move || (0..200_000).for_each(|_| wait.record(value)))
        });
        while writers.iter().any(|writer| !writer.is_finished()) {
            let mut bytes = Vec::new();
            handle
                .read(&Selection::all())
                .write(Format::Protobuf, &mut bytes);
            for samples in [protobuf::samples(&bytes), python::plain(&handle.render())] {
                let count = &samples[&("wait_count".to_owned(), Labels::new())];
                let label = Labels::from([("le".to_owned(), "inf".to_owned())]);
                assert_eq!(&samples[&("wait_bucket".to_owned(), label)], count);
            }
        }
    });
}

proptest! {
    // Each case starts Python twice.
    #![proptest_config(ProptestConfig {
        cases: 4,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_label_and_help_is_read_unchanged(
        values in prop::collection::btree_set("(?s).+", 200),
        help in ".+",
    ) {
        let (recorder, handle) = RecorderBuilder::new().buckets(&[1.0]).build().unwrap();
        with_local_recorder(&recorder, || {
            describe_counter!("sold_total", help.clone());
            for (count, value) in (1..).zip(&values) {
                counter!("sold_total", "item" => value.clone(), "last" => "1").increment(count);
                histogram!("wait", "item" => value.clone()).record(0.5);
            }
        });
        let openmetrics = handle.render_openmetrics();
        for (format, text) in [("text", handle.render()), ("openmetrics", openmetrics)] {
            let Some(read) = python::read(format, &text) else {
                return Ok(());
            };
            for (count, value) in (1..).zip(&values) {
                let labels = |more: &[(&str, &str)]| {
                    let mut labels = Labels::from([("item".to_owned(), value.clone())]);
                    labels.extend(more.iter().map(|&(name, value)| (name.into(), value.into())));
                    labels
                };
                let sold = ("sold_total".to_owned(), labels(&[("last", "1")]));
                prop_assert_eq!(read.samples.get(&sold), Some(&count.to_string()), "{:?}", value);
                let wait = ("wait_count".to_owned(), labels(&[]));
                prop_assert_eq!(read.samples.get(&wait).map(String::as_str), Some("1"));
            }
            prop_assert_eq!(read.samples.len(), values.len() * 5);
            // Python's text parser strips white space around a help text.
            prop_assert_eq!(read.helps["sold"].trim(), help.trim());
        }
        let mut bytes = Vec::new();
        let sold = Selection::names(["sold_total"]);
        handle.read(&sold).write(Format::Protobuf, &mut bytes);
        let items: Vec<_> = protobuf::samples(&bytes)
            .into_keys()
            .map(|(_, mut labels)| labels.remove("item").unwrap())
            .collect();
        prop_assert_eq!(items, values.into_iter().collect::<Vec<_>>());
    }
}
