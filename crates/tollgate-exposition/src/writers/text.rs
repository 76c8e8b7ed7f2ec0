//! The two text formats: Prometheus' own, and `OpenMetrics`.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use super::number::{push, push_bound, push_count, push_value};
use crate::{
    family::Family,
    kind::{Kind, without_total},
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
        let mut samples = Samples {
            out,
            name: family.name(),
            counter: "",
            is_openmetrics: OPENMETRICS,
            has_created: false,
        };
        if !OPENMETRICS {
            samples.comments(family, "", family.kind());
        } else if is_forbidden(family, families) {
            samples.parts(family, &mut buckets);
            continue;
        } else {
            let mut kind = family.kind();
            if kind == Kind::Counter {
                match without_total(samples.name) {
                    Some(base) => (samples.name, samples.counter) = (base, "_total"),
                    None => kind = Kind::Unknown,
                }
            }
            samples.has_created = !matches!(kind, Kind::Gauge | Kind::Unknown)
                && family.has_created()
                && Family::find(families, &format!("{}_created", samples.name)).is_none();
            samples.comments(family, "", kind);
        }
        for series in family.series() {
            samples.value(&series, &mut buckets);
            samples.sum_and_count(&series);
            if OPENMETRICS {
                samples.created(&series);
            }
        }
    }
    if OPENMETRICS {
        push(out, "# EOF\n");
    }
}

/// Returns whether `OpenMetrics` forbids a family of this kind and name, or one of its values.
fn is_forbidden(family: &Family, all: &[Family]) -> bool {
    // Of a histogram with a negative bound the sum may go down.
    let is_forbidden = |series: Series<'_>| match series.value {
        Value::Count(_) => false,
        Value::Number(number) => number.is_nan() || number < 0.0,
        Value::Histogram { bounds, sum, .. } => {
            sum.is_nan() || sum < 0.0 || bounds.first().is_some_and(|bound| *bound < 0.0)
        }
        Value::Native(native) => native.sum.is_nan() || native.sum < 0.0,
        Value::Summary { sum, quantiles, .. } => {
            sum.is_nan() || sum < 0.0 || quantiles.iter().any(|(_, value)| *value < 0.0)
        }
    };
    let is_restricted = !matches!(family.kind(), Kind::Gauge | Kind::Unknown);
    is_restricted && (family.series().any(is_forbidden) || family.clash(all).is_some())
}

/// The samples of one family.
struct Samples<'a> {
    out: &'a mut Vec<u8>,
    name: &'a str,
    /// The ending of a counter's sample.
    counter: &'static str,
    is_openmetrics: bool,
    has_created: bool,
}

impl Samples<'_> {
    /// Writes what comes before the samples of a family, or of those with one ending.
    fn comments(&mut self, family: &Family, ending: &str, kind: Kind) {
        let mut comment = |what, text: &str| {
            for part in ["# ", what, " ", self.name, ending, " ", text, "\n"] {
                push(self.out, part);
            }
        };
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
            Kind::Summary => "summary",
            Kind::Unknown if self.is_openmetrics => "unknown",
            Kind::Unknown => "untyped",
        };
        if self.is_openmetrics {
            comment("TYPE", kind);
            let is_at_end = |unit: &&str| ending.is_empty() && self.name.ends_with(unit);
            if let Some(unit) = family.unit_in_name().filter(is_at_end) {
                comment("UNIT", unit);
            }
            if let Some(help) = &family.help {
                comment("HELP", &escaped(help));
            }
        } else {
            if let Some(help) = &family.help {
                comment("HELP", &help.replace('\\', "\\\\").replace('\n', "\\n"));
            }
            comment("TYPE", kind);
        }
    }

    /// Writes the samples of each name as a family of unknown type.
    #[cold]
    fn parts(&mut self, family: &Family, buckets: &mut Buckets) {
        let (first, rest) = match family.kind().suffixes() {
            [first @ "_bucket", rest @ ..] => (*first, rest),
            rest => ("", rest),
        };
        self.comments(family, first, Kind::Unknown);
        for mut series in family.series() {
            if let Value::Histogram { exemplars, .. } = &mut series.value {
                *exemplars = &[];
            }
            self.value(&series, buckets);
        }
        for part in rest {
            self.comments(family, part, Kind::Unknown);
            for series in family.series() {
                if let Some((sum, count)) = series.value.sum_and_count() {
                    self.open(part, series.labels);
                    match *part {
                        "_sum" => self.end_with_number(sum),
                        _ => self.end_with_count(count),
                    }
                }
            }
        }
    }

    /// Writes a single value, the buckets or the quantiles.
    #[inline]
    fn value(&mut self, series: &Series<'_>, buckets: &mut Buckets) {
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
                exemplars,
                ..
            } => {
                buckets.label(bounds);
                self.buckets(labels, buckets, counts, exemplars);
            }
            Value::Native(native) => {
                self.open_with_label("_bucket", labels);
                push(self.out, "le=\"+Inf\"} ");
                self.end_with_count(native.count);
            }
            Value::Summary { quantiles, .. } => {
                for &(quantile, value) in quantiles {
                    self.open_with_label("", labels);
                    push(self.out, "quantile=\"");
                    push_bound(self.out, quantile);
                    push(self.out, "\"} ");
                    self.end_with_number(value);
                }
            }
        }
    }

    #[inline]
    fn buckets(
        &mut self,
        labels: &str,
        buckets: &mut Buckets,
        counts: &[u64],
        mut exemplars: &[(usize, Exemplar)],
    ) {
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
    }

    #[inline]
    fn sum_and_count(&mut self, series: &Series<'_>) {
        if let Some((sum, count)) = series.value.sum_and_count() {
            self.open("_sum", series.labels);
            self.end_with_number(sum);
            self.open("_count", series.labels);
            self.end_with_count(count);
        }
    }

    fn created(&mut self, series: &Series<'_>) {
        if let (Some(created), true) = (series.created, self.has_created) {
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
