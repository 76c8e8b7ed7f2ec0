//! The text format of [`OpenMetrics`](crate::Format::OpenMetrics).

use std::time::{SystemTime, UNIX_EPOCH};

use super::{number, sample};
use crate::{
    exemplar::Exemplar,
    snapshot::{FamilySnapshot, Point, Points, Snapshot, histograms},
};

pub(crate) fn write(snapshot: &Snapshot, created: bool, out: &mut String) {
    for family in snapshot
        .families
        .iter()
        .filter(|family| family.in_openmetrics)
    {
        let name = family.base();
        let mut writer = Writer { out, name, created };
        writer.comments(family);
        writer.points(&family.points);
    }
    out.push_str("# EOF\n");
}

struct Writer<'a> {
    out: &'a mut String,
    name: &'a str,
    created: bool,
}

impl Writer<'_> {
    fn comments(&mut self, family: &FamilySnapshot) {
        sample::comment(self.out, "TYPE", self.name, family.kind.as_str());
        if let Some(unit) = family.unit() {
            sample::comment(self.out, "UNIT", self.name, unit);
        }
        if let Some(help) = &family.description.help {
            sample::comment(self.out, "HELP", self.name, &sample::escaped(help));
        }
    }

    fn points(&mut self, points: &Points) {
        match points {
            Points::Counters(points) => {
                for point in points {
                    sample::count(self.out, self.name, "_total", &point.labels, point.value);
                    self.created(point);
                }
            }
            Points::Gauges(points) => {
                for point in points {
                    sample::value(self.out, self.name, "", &point.labels, point.value);
                }
            }
            Points::Histograms {
                bounds,
                words,
                points,
            } => {
                // With negative bounds a sum may go down, and is not allowed.
                let has_sum = bounds.upper()[0] >= 0.0;
                for (point, buckets) in histograms(bounds, words, points) {
                    let mut exemplars = buckets.exemplars.iter().peekable();
                    sample::buckets(
                        self.out,
                        self.name,
                        &point.labels,
                        &buckets,
                        |out, bucket| {
                            if let Some((_, exemplar)) = exemplars.next_if(|(of, _)| *of == bucket)
                            {
                                push_exemplar(out, exemplar);
                            }
                        },
                    );
                    if has_sum {
                        self.sum_and_count(&point.labels, buckets.sum, buckets.count());
                    }
                    self.created(point);
                }
            }
            Points::Summaries(points) => {
                for point in points {
                    // What is negative is not allowed.
                    for &(quantile, value) in point
                        .value
                        .quantiles
                        .iter()
                        .filter(|(_, value)| value.is_nan() || *value >= 0.0)
                    {
                        sample::quantile(self.out, self.name, &point.labels, quantile, value);
                    }
                    self.sum_and_count(&point.labels, point.value.sum, point.value.count);
                    self.created(point);
                }
            }
            Points::Natives(points) => {
                for point in points {
                    sample::infinite_bucket(self.out, self.name, &point.labels, point.value.count);
                    self.sum_and_count(&point.labels, point.value.sum, point.value.count);
                    self.created(point);
                }
            }
        }
    }

    /// Neither without the other; and a sum that is negative is not allowed.
    fn sum_and_count(&mut self, labels: &str, sum: f64, count: u64) {
        if sum >= 0.0 {
            sample::value(self.out, self.name, "_sum", labels, sum);
            sample::count(self.out, self.name, "_count", labels, count);
        }
    }

    fn created<V>(&mut self, point: &Point<V>) {
        if self.created {
            sample::open(self.out, self.name, "_created", &point.labels);
            push_time(self.out, point.created);
            self.out.push('\n');
        }
    }
}

fn push_exemplar(out: &mut String, exemplar: &Exemplar) {
    out.push_str(" # {");
    out.push_str(&exemplar.labels);
    out.push_str("} ");
    number::push_value(out, exemplar.value);
    out.push(' ');
    push_time(out, exemplar.at);
}

/// Seconds, with milliseconds.
fn push_time(out: &mut String, time: SystemTime) {
    let time = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    number::push_count(out, time.as_secs());
    out.push('.');
    let milliseconds = time.subsec_millis();
    for digit in [
        milliseconds / 100,
        milliseconds / 10 % 10,
        milliseconds % 10,
    ] {
        number::push_count(out, digit.into());
    }
}
