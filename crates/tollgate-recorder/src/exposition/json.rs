//! Metrics as JSON, in the shape of Micronaut's and Spring's management endpoints.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    labels::pairs,
    snapshot::{FamilySnapshot, Point, Points, histograms},
};

/// One family, summed over the series that have all of `tags`, if there are any.
pub(crate) fn metric(family: &FamilySnapshot, tags: &[(&str, &str)]) -> Option<Value> {
    let mut tagged = Tagged {
        tags,
        found: false,
        available: BTreeMap::new(),
    };
    let measurements = match &family.points {
        Points::Counters(points) => {
            let count = tagged
                .of(points)
                .map(|point| point.value)
                .fold(0, u64::wrapping_add);
            vec![measurement("COUNT", count)]
        }
        Points::Gauges(points) => {
            let value: f64 = tagged.of(points).map(|point| point.value).sum();
            vec![measurement("VALUE", value)]
        }
        Points::Histograms {
            bounds,
            words,
            points,
        } => {
            let readings = histograms(bounds, words, points).filter(|(point, _)| tagged.has(point));
            count_and_total(readings.map(|(_, buckets)| (buckets.count(), buckets.sum)))
        }
        Points::Summaries(points) => count_and_total(
            tagged
                .of(points)
                .map(|point| (point.value.count, point.value.sum)),
        ),
        Points::Natives(points) => count_and_total(
            tagged
                .of(points)
                .map(|point| (point.value.count, point.value.sum)),
        ),
    };
    let available = tagged
        .available
        .iter()
        .map(|(tag, values)| json!({ "tag": tag, "values": values }));
    tagged.found.then(|| {
        json!({
            "name": &*family.name,
            "measurements": measurements,
            "availableTags": available.collect::<Vec<_>>(),
            "description": family.description.help.as_deref(),
            "baseUnit": family.description.unit.map(|unit| unit.as_str()),
        })
    })
}

/// Which series have all tags that are asked for, and what other tags these have.
struct Tagged<'a> {
    tags: &'a [(&'a str, &'a str)],
    found: bool,
    available: BTreeMap<String, BTreeSet<String>>,
}

impl Tagged<'_> {
    fn of<'p, V>(&mut self, points: &'p [Point<V>]) -> impl Iterator<Item = &'p Point<V>> {
        points.iter().filter(|point| self.has(point))
    }

    fn has<V>(&mut self, point: &Point<V>) -> bool {
        let labels: BTreeMap<_, _> = pairs(&point.labels).collect();
        let has = self
            .tags
            .iter()
            .all(|(tag, value)| labels.get(tag).is_some_and(|of| of == value));
        if has {
            self.found = true;
            for (tag, value) in labels {
                if !self.tags.iter().any(|(asked, _)| *asked == tag) {
                    self.available
                        .entry(tag.to_owned())
                        .or_default()
                        .insert(value.into_owned());
                }
            }
        }
        has
    }
}

fn count_and_total(readings: impl Iterator<Item = (u64, f64)>) -> Vec<Value> {
    let (count, total) = readings.fold((0_u64, 0.0), |(count, total), reading| {
        (count.wrapping_add(reading.0), total + reading.1)
    });
    vec![measurement("COUNT", count), measurement("TOTAL", total)]
}

fn measurement(statistic: &str, value: impl Into<Value>) -> Value {
    json!({ "statistic": statistic, "value": value.into() })
}
