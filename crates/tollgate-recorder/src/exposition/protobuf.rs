//! Prometheus' [protobuf format](crate::Format::Protobuf).

mod message;

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use prost::Message;

use crate::{
    cells::{NativeReading, SummaryReading},
    exemplar::Exemplar,
    kind::Kind,
    labels::pairs,
    snapshot::{Buckets, FamilySnapshot, Point, Points, Snapshot, histograms},
};

pub(crate) fn write(snapshot: &Snapshot, created: bool, out: &mut Vec<u8>) {
    for family in &snapshot.families {
        // A vector grows as needed: encoding into one cannot fail.
        let _ = message(family, created).encode_length_delimited(out);
    }
}

fn message(family: &FamilySnapshot, created: bool) -> message::MetricFamily {
    message::MetricFamily {
        name: family.name.to_string(),
        help: family
            .description
            .help
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        kind: match family.kind {
            Kind::Counter => message::MetricType::Counter,
            Kind::Gauge => message::MetricType::Gauge,
            Kind::Summary => message::MetricType::Summary,
            Kind::Histogram | Kind::Native => message::MetricType::Histogram,
        }
        .into(),
        metric: metrics(&family.points, created),
        unit: family.unit().unwrap_or_default().to_owned(),
    }
}

fn metrics(points: &Points, created: bool) -> Vec<message::Metric> {
    match points {
        Points::Counters(points) => each(points, |point, metric| {
            #[expect(clippy::cast_precision_loss, reason = "the format has floats only")]
            let value = point.value as f64;
            metric.counter = Some(message::Counter {
                value,
                created: created_at(point, created),
            });
        }),
        Points::Gauges(points) => each(points, |point, metric| {
            metric.gauge = Some(message::Gauge { value: point.value });
        }),
        Points::Histograms {
            bounds,
            words,
            points,
        } => {
            let mut readings = histograms(bounds, words, points);
            each(points, |point, metric| {
                metric.histogram = readings.next().map(|(_, buckets)| message::Histogram {
                    created: created_at(point, created),
                    ..classic(&buckets)
                });
            })
        }
        Points::Summaries(points) => each(points, |point, metric| {
            let created = created_at(point, created);
            metric.summary = Some(message::Summary {
                created,
                ..summary(&point.value)
            });
        }),
        Points::Natives(points) => each(points, |point, metric| {
            let created = created_at(point, created);
            metric.histogram = Some(message::Histogram {
                created,
                ..native(&point.value)
            });
        }),
    }
}

fn each<V>(
    points: &[Point<V>],
    mut fill: impl FnMut(&Point<V>, &mut message::Metric),
) -> Vec<message::Metric> {
    let metric = |point: &Point<V>| {
        let mut metric = message::Metric {
            label: label_pairs(&point.labels),
            ..Default::default()
        };
        fill(point, &mut metric);
        metric
    };
    points.iter().map(metric).collect()
}

fn classic(buckets: &Buckets<'_>) -> message::Histogram {
    let mut total = 0_u64;
    let mut exemplars = buckets.exemplars.iter().peekable();
    let bounds = buckets.bounds.upper().iter().chain(&[f64::INFINITY]);
    let bucket = |(index, (&upper_bound, &count)): (usize, (&f64, &u64))| {
        total = total.wrapping_add(count);
        let exemplar = exemplars
            .next_if(|(of, _)| *of == index)
            .map(|(_, exemplar)| exemplar_of(exemplar));
        message::Bucket {
            cumulative_count: total,
            upper_bound,
            exemplar,
        }
    };
    let bucket = bounds.zip(buckets.counts).enumerate().map(bucket).collect();
    message::Histogram {
        sample_count: buckets.count(),
        sample_sum: buckets.sum,
        bucket,
        ..Default::default()
    }
}

fn summary(reading: &SummaryReading) -> message::Summary {
    let quantile = |&(quantile, value): &(f64, f64)| message::Quantile { quantile, value };
    message::Summary {
        sample_count: reading.count,
        sample_sum: reading.sum,
        quantile: reading.quantiles.iter().map(quantile).collect(),
        created: None,
    }
}

fn native(reading: &NativeReading) -> message::Histogram {
    let (positive_span, positive_delta) = spans(&reading.positive);
    let (negative_span, negative_delta) = spans(&reading.negative);
    message::Histogram {
        sample_count: reading.count,
        sample_sum: reading.sum,
        schema: Some(reading.schema),
        zero_threshold: Some(NativeReading::ZERO_THRESHOLD),
        zero_count: Some(reading.zero_count),
        negative_span,
        negative_delta,
        positive_span,
        positive_delta,
        ..Default::default()
    }
}

/// Runs of buckets that follow each other, and how each count differs from the one before.
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

fn exemplar_of(exemplar: &Exemplar) -> message::Exemplar {
    message::Exemplar {
        label: label_pairs(&exemplar.labels),
        value: exemplar.value,
        timestamp: Some(timestamp(exemplar.at)),
    }
}

fn label_pairs(labels: &str) -> Vec<message::LabelPair> {
    let pair = |(name, value): (&str, std::borrow::Cow<'_, str>)| message::LabelPair {
        name: name.to_owned(),
        value: value.into_owned(),
    };
    pairs(labels).map(pair).collect()
}

fn created_at<V>(point: &Point<V>, is_exposed: bool) -> Option<message::Timestamp> {
    is_exposed.then(|| timestamp(point.created))
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
    fn adjacent_buckets_share_a_span_and_counts_are_deltas() {
        assert_spans(&[], &[], &[]);
        assert_spans(&[(7, 1), (9, 1)], &[(7, 1), (1, 1)], &[1, 0]);
        assert_spans(
            &[(-2, 5), (-1, 3), (0, 3), (4, 1), (5, 9)],
            &[(-2, 3), (3, 2)],
            &[5, -2, 0, -2, 8],
        );
    }
}
