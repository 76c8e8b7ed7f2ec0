//! The two text formats: Prometheus' own, and `OpenMetrics`.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use super::number::{push, push_bound, push_count, push_value};
use crate::{
    family::Family,
    kind::Kind,
    labels::escaped,
    series::{Exemplar, Series, Value},
};

/// Writes Prometheus' [text format](crate::Format::Text), or
/// [`OpenMetrics`](crate::Format::OpenMetrics).
///
/// Compiled for each, so that no sample asks which one it is.
pub(crate) fn write<const OPENMETRICS: bool>(families: &[Family], out: &mut Vec<u8>) {
    let mut buckets = Buckets::default();
    for family in families {
        if OPENMETRICS && !family.in_openmetrics {
            continue;
        }
        let name = comments(family, OPENMETRICS, out);
        let has_total = OPENMETRICS && family.kind() == Kind::Counter;
        let mut samples = Samples {
            out,
            name,
            counter: if has_total { "_total" } else { "" },
            is_openmetrics: OPENMETRICS,
        };
        for series in family.series() {
            samples.write(&series, &mut buckets);
            if OPENMETRICS {
                samples.created(&series);
            }
        }
    }
    if OPENMETRICS {
        push(out, "# EOF\n");
    }
}

/// Writes what comes before the samples of a family, and returns its name in the format.
fn comments<'a>(family: &'a Family, is_openmetrics: bool, out: &mut Vec<u8>) -> &'a str {
    let mut comment = |what, name, text: &str| {
        for part in ["# ", what, " ", name, " ", text, "\n"] {
            push(out, part);
        }
    };
    let kind = match family.kind() {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
        Kind::Summary => "summary",
        Kind::Unknown if is_openmetrics => "unknown",
        Kind::Unknown => "untyped",
    };
    if is_openmetrics {
        let name = family.openmetrics_name();
        comment("TYPE", name, kind);
        if let Some(unit) = family.unit_in_name() {
            comment("UNIT", name, unit);
        }
        if let Some(help) = &family.help {
            comment("HELP", name, &escaped(help));
        }
        return name;
    }
    if let Some(help) = &family.help {
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        comment("HELP", family.name(), &help);
    }
    comment("TYPE", family.name(), kind);
    family.name()
}

/// The samples of one family.
struct Samples<'a> {
    out: &'a mut Vec<u8>,
    name: &'a str,
    /// The ending of a sample with a single value.
    counter: &'static str,
    is_openmetrics: bool,
}

impl Samples<'_> {
    #[inline]
    fn write(&mut self, series: &Series<'_>, buckets: &mut Buckets) {
        let labels = series.labels;
        match series.value {
            Value::Count(count) => {
                self.open(self.counter, labels);
                self.end_with_count(count);
            }
            Value::Number(number) => {
                self.open(self.counter, labels);
                self.end_with_number(number);
            }
            Value::Histogram {
                bounds,
                counts,
                sum,
                exemplars,
            } => {
                buckets.label(bounds);
                let count = self.buckets(labels, buckets, counts, exemplars);
                // With negative bounds a sum may go down.
                let may_go_down = bounds.first().is_some_and(|bound| *bound < 0.0);
                self.sum_and_count(labels, sum, count, may_go_down);
            }
            Value::Native(native) => {
                self.open_with_label("_bucket", labels);
                push(self.out, "le=\"+Inf\"} ");
                self.end_with_count(native.count);
                self.sum_and_count(labels, native.sum, native.count, false);
            }
            Value::Summary {
                count,
                sum,
                quantiles,
            } => {
                for &(quantile, value) in quantiles {
                    if !(self.is_openmetrics && value < 0.0) {
                        self.open_with_label("", labels);
                        push(self.out, "quantile=\"");
                        push_bound(self.out, quantile);
                        push(self.out, "\"} ");
                        self.end_with_number(value);
                    }
                }
                self.sum_and_count(labels, sum, count, false);
            }
        }
    }

    /// Writes the buckets, and returns their count.
    #[inline]
    fn buckets(
        &mut self,
        labels: &str,
        buckets: &mut Buckets,
        counts: &[u64],
        mut exemplars: &[(usize, Exemplar)],
    ) -> u64 {
        let mut total = 0_u64;
        let start = self.out.len();
        self.open_with_label("_bucket", labels);
        buckets.prefix.clear();
        buckets.prefix.extend_from_slice(&self.out[start..]);
        self.out.truncate(start);
        for (index, (label, count)) in buckets.labels.iter().zip(counts).enumerate() {
            self.out.extend_from_slice(&buckets.prefix);
            label.push(self.out);
            total = total.wrapping_add(*count);
            push_count(self.out, total);
            match exemplars {
                [(of, exemplar), rest @ ..] if *of == index => {
                    self.exemplar(exemplar);
                    exemplars = rest;
                }
                _ => {}
            }
            self.out.push(b'\n');
        }
        total
    }

    /// Writes neither where `OpenMetrics` forbids the sum: if it is negative or may go down.
    fn sum_and_count(&mut self, labels: &str, sum: f64, count: u64, may_go_down: bool) {
        if self.is_openmetrics && (may_go_down || sum < 0.0 || sum.is_nan()) {
            return;
        }
        self.open("_sum", labels);
        self.end_with_number(sum);
        self.open("_count", labels);
        self.end_with_count(count);
    }

    fn created(&mut self, series: &Series<'_>) {
        let is_value =
            self.counter.is_empty() && matches!(series.value, Value::Count(_) | Value::Number(_));
        if let (Some(created), false) = (series.created, is_value) {
            self.open("_created", series.labels);
            self.time(created);
            self.out.push(b'\n');
        }
    }

    fn end_with_count(&mut self, count: u64) {
        push_count(self.out, count);
        self.out.push(b'\n');
    }

    fn end_with_number(&mut self, number: f64) {
        push_value(self.out, number);
        self.out.push(b'\n');
    }

    /// Opens a sample: its name, and its labels if it has any.
    #[inline]
    fn open(&mut self, suffix: &str, labels: &str) {
        push(self.out, self.name);
        push(self.out, suffix);
        if !labels.is_empty() {
            self.out.push(b'{');
            push(self.out, labels);
            self.out.push(b'}');
        }
        self.out.push(b' ');
    }

    /// Opens a sample, for one more label to follow.
    fn open_with_label(&mut self, suffix: &str, labels: &str) {
        push(self.out, self.name);
        push(self.out, suffix);
        self.out.push(b'{');
        if !labels.is_empty() {
            push(self.out, labels);
            self.out.push(b',');
        }
    }

    fn exemplar(&mut self, exemplar: &Exemplar) {
        if !self.is_openmetrics {
            return;
        }
        push(self.out, " # {");
        push(self.out, &exemplar.labels);
        push(self.out, "} ");
        push_value(self.out, exemplar.value);
        self.out.push(b' ');
        self.time(exemplar.at);
    }

    /// Writes seconds, with milliseconds.
    fn time(&mut self, time: SystemTime) {
        let time = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        push_count(self.out, time.as_secs());
        push(self.out, &format!(".{:03}", time.subsec_millis()));
    }
}

/// The labels of buckets. Most families share their bounds, so the labels of the last are kept.
#[derive(Default)]
struct Buckets {
    bounds: Arc<[f64]>,
    /// One for each bucket, `+Inf` included.
    labels: Vec<BucketLabel>,
    /// The beginning of all samples of one series.
    prefix: Vec<u8>,
}

impl Buckets {
    fn label(&mut self, bounds: &Arc<[f64]>) {
        let is_known = Arc::ptr_eq(&self.bounds, bounds) || self.bounds == *bounds;
        if !is_known || self.labels.is_empty() {
            let all = bounds.iter().chain(&[f64::INFINITY]);
            self.labels = all.map(|bound| BucketLabel::new(*bound)).collect();
            self.bounds = Arc::clone(bounds);
        }
    }
}

/// The label `le="0.5"} ` of a bucket, and bytes behind it: a copy of a fixed length needs no call.
struct BucketLabel([u8; 32], usize);

impl BucketLabel {
    fn new(bound: f64) -> Self {
        let mut label = b"le=\"".to_vec();
        push_bound(&mut label, bound);
        push(&mut label, "\"} ");
        let len = label.len();
        // No bound has more than 24 digits.
        label.resize(32, 0);
        Self(label.try_into().unwrap_or_default(), len)
    }

    #[inline]
    fn push(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
        out.truncate(out.len() - 32 + self.1);
    }
}
