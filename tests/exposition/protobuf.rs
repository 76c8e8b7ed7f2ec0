//! Decoder that the `prometheus` crate generates.

use prometheus::proto::{MetricFamily, MetricType};
use protobuf::CodedInputStream;

use crate::{Labels, Samples};

/// Returns the samples of a delimited exposition, named as in text.
#[track_caller]
pub(crate) fn samples(bytes: &[u8]) -> Samples {
    let mut samples = Samples::new();
    let mut input = CodedInputStream::from_bytes(bytes);
    while !input.eof().unwrap() {
        read_family(&input.read_message::<MetricFamily>().unwrap(), &mut samples);
    }
    samples
}

#[track_caller]
fn read_family(family: &MetricFamily, samples: &mut Samples) {
    for metric in family.get_metric() {
        let labels: Labels = metric
            .get_label()
            .iter()
            .map(|pair| (pair.name().to_owned(), pair.value().to_owned()))
            .collect();
        let mut add = |suffix: &str, label: Option<(&str, f64)>, value: f64| {
            let mut labels = labels.clone();
            labels.extend(label.map(|(name, value)| (name.to_owned(), value.to_string())));
            let earlier = samples.insert(
                (format!("{}{suffix}", family.name()), labels),
                value.to_string(),
            );
            assert_eq!(earlier, None, "a sample occurs twice: {metric}");
        };
        match family.get_field_type() {
            MetricType::COUNTER => add("", None, metric.get_counter().value()),
            MetricType::GAUGE => add("", None, metric.get_gauge().value()),
            MetricType::SUMMARY => {
                let summary = metric.get_summary();
                for quantile in summary.get_quantile() {
                    add(
                        "",
                        Some(("quantile", quantile.quantile())),
                        quantile.value(),
                    );
                }
                add("_sum", None, summary.sample_sum());
                add("_count", None, count(summary.sample_count()));
            }
            MetricType::HISTOGRAM => {
                let histogram = metric.get_histogram();
                for bucket in histogram.get_bucket() {
                    add(
                        "_bucket",
                        Some(("le", bucket.upper_bound())),
                        count(bucket.cumulative_count()),
                    );
                }
                add("_sum", None, histogram.get_sample_sum());
                add("_count", None, count(histogram.get_sample_count()));
            }
            MetricType::UNTYPED => panic!("nothing is untyped: {family}"),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "the tests count in floats")]
fn count(count: u64) -> f64 {
    count as f64
}
