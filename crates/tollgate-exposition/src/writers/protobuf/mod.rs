//! Prometheus' [protobuf format](crate::Format::Protobuf): messages of [`io.prometheus.client`][proto].
//!
//! Zeros are written where Prometheus takes an absent value for another.
//!
//! [proto]:
//! https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto

mod wire;

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use self::wire::Message;
use crate::{
    family::Family,
    kind::Kind,
    labels::label_pairs,
    series::{Exemplar, NativeHistogram, Series, Value},
};

/// Writes messages `MetricFamily`, each after its length.
pub(crate) fn write(families: &[Family], out: &mut Vec<u8>) {
    let mut out = Message(out);
    for family in families {
        out.delimited(|out| write_family(family, out));
    }
}

fn write_family(family: &Family, out: &mut Message<'_>) {
    let kind = family.kind();
    out.text(1, family.name());
    if let Some(help) = &family.help {
        out.text(2, help);
    }
    out.number(
        3,
        match kind {
            Kind::Counter => 0,
            Kind::Gauge => 1,
            Kind::Summary => 2,
            Kind::Unknown => 3,
            Kind::Histogram => 4,
        },
    );
    for series in family.series() {
        out.message(4, |out| metric(kind, &series, out));
    }
    if let Some(unit) = family.unit_in_name() {
        out.text(5, unit);
    }
}

fn metric(kind: Kind, series: &Series<'_>, out: &mut Message<'_>) {
    labels(series.labels, out);
    let created = |tag, out: &mut Message<'_>| {
        if let Some(created) = series.created {
            timestamp(tag, created, out);
        }
    };
    let single = |value, out: &mut Message<'_>| match kind {
        Kind::Counter => out.message(3, |out| {
            out.double(1, value);
            created(3, out);
        }),
        Kind::Gauge => out.message(2, |out| out.double(1, value)),
        _ => out.message(5, |out| out.double(1, value)),
    };
    let sum_and_count = |out: &mut Message<'_>| {
        if let Some((sum, count)) = series.value.sum_and_count() {
            out.number(1, count);
            out.double(2, sum);
        }
    };
    match series.value {
        #[expect(clippy::cast_precision_loss, reason = "the format has floats only")]
        Value::Count(count) => single(count as f64, out),
        Value::Number(number) => single(number, out),
        Value::Histogram {
            bounds,
            counts,
            exemplars,
            ..
        } => out.message(7, |out| {
            sum_and_count(out);
            buckets(bounds, counts, exemplars, out);
            created(15, out);
        }),
        Value::Native(native) => out.message(7, |out| {
            sum_and_count(out);
            sparse_buckets(native, out);
            created(15, out);
        }),
        Value::Summary { quantiles, .. } => out.message(4, |out| {
            sum_and_count(out);
            for &(quantile, value) in quantiles {
                out.message(3, |out| {
                    out.double(1, quantile);
                    out.double(2, value);
                });
            }
            created(4, out);
        }),
    }
}

fn buckets(
    bounds: &[f64],
    counts: &[u64],
    mut exemplars: &[(usize, Exemplar)],
    out: &mut Message<'_>,
) {
    let mut total = 0_u64;
    let bounds = bounds.iter().chain(&[f64::INFINITY]);
    for (index, (bound, count)) in bounds.zip(counts).enumerate() {
        total = total.wrapping_add(*count);
        out.message(3, |out| {
            out.number(1, total);
            out.double(2, *bound);
            match exemplars {
                [(of, exemplar), rest @ ..] if *of == index => {
                    exemplars = rest;
                    out.message(3, |out| {
                        labels(&exemplar.labels, out);
                        out.double(2, exemplar.value);
                        timestamp(3, exemplar.at, out);
                    });
                }
                _ => {}
            }
        });
    }
}

fn sparse_buckets(native: &NativeHistogram, out: &mut Message<'_>) {
    out.signed(5, native.schema.into());
    out.double(6, native.zero_threshold);
    out.number(7, native.zero_count);
    for (tag, buckets) in [(9, &native.negative), (12, &native.positive)] {
        let (spans, deltas) = spans(buckets);
        for (offset, length) in spans {
            out.message(tag, |out| {
                out.signed(1, offset.into());
                out.number(2, length.into());
            });
        }
        for delta in deltas {
            out.signed(tag + 1, delta);
        }
    }
}

/// Returns runs of buckets that follow each other, each as its offset from the end of the one before
/// and its length, and the difference of each count from the one before.
fn spans(buckets: &BTreeMap<i32, u64>) -> (Vec<(i32, u32)>, Vec<i64>) {
    let mut spans: Vec<(i32, u32)> = Vec::new();
    let mut deltas = Vec::with_capacity(buckets.len());
    let (mut next, mut before) = (0, 0);
    for (&index, &count) in buckets {
        match spans.last_mut() {
            Some((_, length)) if index == next => *length += 1,
            _ => spans.push((index - next, 1)),
        }
        next = index + 1;
        deltas.push(count.wrapping_sub(before).cast_signed());
        before = count;
    }
    (spans, deltas)
}

fn labels(text: &str, out: &mut Message<'_>) {
    for (name, value) in label_pairs(text) {
        out.message(1, |out| {
            out.text(1, name);
            out.text(2, &value);
        });
    }
}

fn timestamp(tag: u8, time: SystemTime, out: &mut Message<'_>) {
    let time = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    out.message(tag, |out| {
        out.number(1, time.as_secs());
        out.number(2, time.subsec_nanos().into());
    });
}

#[cfg(test)]
mod tests {
    use super::spans;

    #[track_caller]
    fn assert_spans(buckets: &[(i32, u64)], expected: &[(i32, u32)], expected_deltas: &[i64]) {
        let (spans, deltas) = spans(&buckets.iter().copied().collect());
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
