//! Prometheus' [protobuf format](crate::Format::Protobuf).

mod message;

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use prost::Message;

use crate::{
    family::Family,
    kind::Kind,
    labels,
    series::{Exemplar, Series, Value},
};

pub(crate) fn write(families: &[Family], out: &mut Vec<u8>) {
    for family in families {
        // A vector grows as needed: encoding into one cannot fail.
        let _ = message(family).encode_length_delimited(out);
    }
}

fn message(family: &Family) -> message::MetricFamily {
    let kind = family.kind();
    message::MetricFamily {
        name: family.name().to_owned(),
        help: family.help.as_deref().unwrap_or_default().to_owned(),
        kind: match kind {
            Kind::Counter => 0,
            Kind::Gauge => 1,
            Kind::Summary => 2,
            Kind::Unknown => 3,
            Kind::Histogram => 4,
        },
        metric: family
            .series()
            .map(|series| metric(kind, &series))
            .collect(),
        unit: family.unit_in_name().unwrap_or_default().to_owned(),
    }
}

fn metric(kind: Kind, series: &Series<'_>) -> message::Metric {
    let mut metric = message::Metric {
        label: label_pairs(series.labels),
        ..Default::default()
    };
    let created = series.created.map(timestamp);
    match series.value {
        #[expect(clippy::cast_precision_loss, reason = "the format has floats only")]
        Value::Count(count) => single(kind, count as f64, created, &mut metric),
        Value::Number(number) => single(kind, number, created, &mut metric),
        Value::Histogram {
            bounds,
            counts,
            sum,
            exemplars,
        } => {
            let bucket = buckets(bounds, counts, exemplars);
            metric.histogram = Some(message::Histogram {
                sample_count: bucket.last().map_or(0, |last| last.cumulative_count),
                sample_sum: sum,
                bucket,
                created,
                ..Default::default()
            });
        }
        Value::Native(native) => {
            let (positive_span, positive_delta) = spans(&native.positive);
            let (negative_span, negative_delta) = spans(&native.negative);
            metric.histogram = Some(message::Histogram {
                sample_count: native.count,
                sample_sum: native.sum,
                schema: Some(native.schema),
                zero_threshold: Some(native.zero_threshold),
                zero_count: Some(native.zero_count),
                negative_span,
                negative_delta,
                positive_span,
                positive_delta,
                created,
                ..Default::default()
            });
        }
        Value::Summary {
            count,
            sum,
            quantiles,
        } => {
            let quantile = |&(quantile, value): &(f64, f64)| message::Quantile { quantile, value };
            metric.summary = Some(message::Summary {
                sample_count: count,
                sample_sum: sum,
                quantile: quantiles.iter().map(quantile).collect(),
                created,
            });
        }
    }
    metric
}

fn single(
    kind: Kind,
    value: f64,
    created: Option<message::Timestamp>,
    metric: &mut message::Metric,
) {
    match kind {
        Kind::Counter => metric.counter = Some(message::Counter { value, created }),
        Kind::Gauge => metric.gauge = Some(message::Gauge { value }),
        _ => metric.untyped = Some(message::Gauge { value }),
    }
}

fn buckets(
    bounds: &[f64],
    counts: &[u64],
    exemplars: &[(usize, Exemplar)],
) -> Vec<message::Bucket> {
    let mut total = 0_u64;
    let mut exemplars = exemplars.iter().peekable();
    let bounds = bounds.iter().chain(&[f64::INFINITY]);
    let bucket = |(index, (&upper_bound, &count)): (usize, (&f64, &u64))| {
        total = total.wrapping_add(count);
        let exemplar = exemplars.next_if(|(of, _)| *of == index);
        message::Bucket {
            cumulative_count: total,
            upper_bound,
            exemplar: exemplar.map(|(_, exemplar)| message::Exemplar {
                label: label_pairs(&exemplar.labels),
                value: exemplar.value,
                timestamp: Some(timestamp(exemplar.at)),
            }),
        }
    };
    bounds.zip(counts).enumerate().map(bucket).collect()
}

/// Returns runs of buckets that follow each other, and the difference of each count from the one
/// before.
fn spans(buckets: &BTreeMap<i32, u64>) -> (Vec<message::BucketSpan>, Vec<i64>) {
    let mut spans: Vec<message::BucketSpan> = Vec::new();
    let mut deltas = Vec::with_capacity(buckets.len());
    let mut next = 0;
    let mut before = 0;
    for (&index, &count) in buckets {
        match spans.last_mut() {
            Some(span) if index == next => span.length += 1,
            _ => spans.push(message::BucketSpan {
                offset: index - next,
                length: 1,
            }),
        }
        next = index + 1;
        deltas.push(count.wrapping_sub(before).cast_signed());
        before = count;
    }
    (spans, deltas)
}

fn label_pairs(text: &str) -> Vec<message::LabelPair> {
    let pair = |(name, value): (&str, std::borrow::Cow<'_, str>)| message::LabelPair {
        name: name.to_owned(),
        value: value.into_owned(),
    };
    labels::label_pairs(text).map(pair).collect()
}

fn timestamp(time: SystemTime) -> message::Timestamp {
    let time = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    message::Timestamp {
        seconds: time.as_secs().cast_signed(),
        nanos: time.subsec_nanos().cast_signed(),
    }
}

#[cfg(test)]
mod tests {
    use super::spans;

    #[track_caller]
    fn assert_spans(buckets: &[(i32, u64)], expected: &[(i32, u32)], expected_deltas: &[i64]) {
        let (spans, deltas) = spans(&buckets.iter().copied().collect());
        let spans: Vec<_> = spans
            .iter()
            .map(|span| (span.offset, span.length))
            .collect();
        assert_eq!((&*spans, &*deltas), (expected, expected_deltas));
    }

    #[test]
    fn neighbouring_buckets_share_a_span_and_are_written_as_differences() {
        assert_spans(&[], &[], &[]);
        assert_spans(&[(7, 1), (9, 1)], &[(7, 1), (1, 1)], &[1, 0]);
        assert_spans(
            &[(-2, 5), (-1, 3), (0, 3), (4, 1), (5, 9)],
            &[(-2, 3), (3, 2)],
            &[5, -2, 0, -2, 8],
        );
    }
}
