//! Prometheus' [text format](crate::Format::Text).

use super::sample;
use crate::snapshot::{FamilySnapshot, Points, Snapshot, histograms};

pub(crate) fn write(snapshot: &Snapshot, out: &mut String) {
    for family in &snapshot.families {
        write_family(family, out);
    }
}

fn write_family(family: &FamilySnapshot, out: &mut String) {
    let name = &*family.name;
    if let Some(help) = &family.description.help {
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        sample::comment(out, "HELP", name, &help);
    }
    sample::comment(out, "TYPE", name, family.kind.as_str());
    match &family.points {
        Points::Counters(points) => {
            for point in points {
                sample::count(out, name, "", &point.labels, point.value);
            }
        }
        Points::Gauges(points) => {
            for point in points {
                sample::value(out, name, "", &point.labels, point.value);
            }
        }
        Points::Histograms {
            bounds,
            words,
            points,
        } => {
            for (point, buckets) in histograms(bounds, words, points) {
                sample::buckets(out, name, &point.labels, &buckets, |_, _| ());
                sample::value(out, name, "_sum", &point.labels, buckets.sum);
                sample::count(out, name, "_count", &point.labels, buckets.count());
            }
        }
        Points::Summaries(points) => {
            for point in points {
                for &(quantile, value) in &point.value.quantiles {
                    sample::quantile(out, name, &point.labels, quantile, value);
                }
                sample::value(out, name, "_sum", &point.labels, point.value.sum);
                sample::count(out, name, "_count", &point.labels, point.value.count);
            }
        }
        Points::Natives(points) => {
            for point in points {
                sample::infinite_bucket(out, name, &point.labels, point.value.count);
                sample::value(out, name, "_sum", &point.labels, point.value.sum);
                sample::count(out, name, "_count", &point.labels, point.value.count);
            }
        }
    }
}
