//! Two registries as one exposition, read by independent decoders.

use metrics::{
    counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
    with_local_recorder,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tollgate_exposition::{Exposition, Format, Selection, merged};
use tollgate_recorder::{Handle, RecorderBuilder};

use crate::{assert_promtool_accepts, python};

/// Creates the first registry: tollgate's recorder.
fn own() -> Handle {
    let (recorder, handle) = RecorderBuilder::new().buckets(&[1.0]).build().unwrap();
    with_local_recorder(&recorder, || {
        describe_counter!("sold_total", "Items sold, by item.");
        describe_histogram!("wait_seconds", "Time waited, in seconds.");
        describe_histogram!("pause_seconds", "Pauses, in seconds.");
        histogram!("pause_seconds").record(0.5);
        describe_gauge!("kind", "Kind.");
        describe_gauge!("up", "Up.");
        counter!("sold_total", "item" => "tea").increment(3);
        histogram!("wait_seconds", "item" => "tea").record(0.5);
        gauge!("kind").set(1);
        gauge!("up").set(1);
    });
    handle
}

/// Records the metrics of the second registry, some of them in families of the first.
fn record() {
    describe_counter!("sold_total", "Items sold by the second.");
    describe_gauge!("temperature_celsius", "Temperature, by room.");
    counter!("sold_total", "item" => "say \"tea\"").increment(4);
    counter!("sold_total", "item" => "tea").increment(100);
    histogram!("wait_seconds", "item" => "milk").record(20.0);
    counter!("kind").increment(1);
    gauge!("temperature_celsius", "room" => "C:\\cellar\nleft").set(-1.5);
    // In text, a sample of the first registry has this name.
    gauge!("pause_seconds_sum").set(1);
}

fn stock() -> PrometheusHandle {
    let builder = PrometheusBuilder::new().set_buckets(&[10.0]).unwrap();
    let recorder = builder.build_recorder();
    with_local_recorder(&recorder, record);
    recorder.handle()
}

fn other() -> Handle {
    let (recorder, handle) = RecorderBuilder::new().buckets(&[10.0]).build().unwrap();
    with_local_recorder(&recorder, record);
    handle
}

fn written(merged: &impl Exposition, format: Format) -> String {
    let mut out = Vec::new();
    merged.write(format, &Selection::all(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const SAMPLES: [(&str, &str, &str); 17] = [
    ("kind", "", "1"),
    ("pause_seconds_bucket", "le=1", "1"),
    ("pause_seconds_bucket", "le=inf", "1"),
    ("pause_seconds_count", "", "1"),
    ("pause_seconds_sum", "", "0.5"),
    ("sold_total", "item=say \"tea\"", "4"),
    ("sold_total", "item=tea", "3"),
    ("temperature_celsius", "room=C:\\cellar\nleft", "-1.5"),
    ("up", "", "1"),
    ("wait_seconds_bucket", "item=milk le=10", "0"),
    ("wait_seconds_bucket", "item=milk le=inf", "1"),
    ("wait_seconds_bucket", "item=tea le=1", "1"),
    ("wait_seconds_bucket", "item=tea le=inf", "1"),
    ("wait_seconds_count", "item=milk", "1"),
    ("wait_seconds_count", "item=tea", "1"),
    ("wait_seconds_sum", "item=milk", "20"),
    ("wait_seconds_sum", "item=tea", "0.5"),
];

#[test]
fn python_reads_each_family_and_sample_once() {
    let with_stock = merged(own(), stock());
    assert_eq!(with_stock.formats(), [Format::Text, Format::Json]);
    let both = merged(own(), other());
    for (format, text) in [
        ("text", written(&with_stock, Format::Text)),
        ("text", written(&both, Format::Text)),
        ("openmetrics", written(&both, Format::OpenMetrics)),
    ] {
        assert_eq!(text.matches("# TYPE sold").count(), 1, "{text}");
        let Some(read) = python::read(format, &text) else {
            return;
        };
        let samples: Vec<_> = read
            .samples
            .iter()
            .map(|((name, labels), value)| {
                let labels: Vec<_> = labels.iter().map(|(n, v)| format!("{n}={v}")).collect();
                (name.clone(), labels.join(" "), value.clone())
            })
            .collect();
        let expected = SAMPLES
            .map(|(name, labels, value)| (name.to_owned(), labels.to_owned(), value.to_owned()));
        assert_eq!(samples, expected, "{text}");
        assert_eq!(read.helps["sold"], "Items sold, by item.");
    }
}

#[test]
fn promtool_accepts_two_registries() {
    assert_promtool_accepts(&written(&merged(own(), stock()), Format::Text));
}
