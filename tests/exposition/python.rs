//! Decoder of Python's `prometheus_client`.

use std::collections::BTreeMap;

use serde_json::Value;
use tests::python;

use crate::{Labels, Samples};

/// An exposition as Python reads it.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) samples: Samples,
    /// By family.
    pub(crate) helps: BTreeMap<String, String>,
    /// By family.
    pub(crate) units: BTreeMap<String, String>,
    /// Labels and value, by the sample's name.
    pub(crate) exemplars: BTreeMap<String, Vec<(Labels, f64)>>,
}

/// Reads an exposition in `text` or `openmetrics`; returns `None` without Python or its package.
#[track_caller]
pub(crate) fn read(format: &str, exposition: &str) -> Option<Read> {
    let mut read = Read::default();
    for family in &python::families(python::client()?, format, exposition) {
        let name = text(&family["name"]);
        read.units.insert(name.clone(), text(&family["unit"]));
        let earlier = read.helps.insert(name, text(&family["help"]));
        assert_eq!(earlier, None, "a family occurs twice\n{exposition}");
        for sample in family["samples"].as_array().unwrap() {
            let name = text(&sample["name"]);
            if let Some(exemplar) = sample["exemplar"].as_object() {
                let exemplar = (
                    labels(&exemplar["labels"]),
                    exemplar["value"].as_f64().unwrap(),
                );
                read.exemplars
                    .entry(name.clone())
                    .or_default()
                    .push(exemplar);
            }
            let value: f64 = text(&sample["value"]).parse().unwrap();
            let earlier = read
                .samples
                .insert((name, labels(&sample["labels"])), value.to_string());
            assert_eq!(earlier, None, "a sample occurs twice: {sample}");
        }
    }
    Some(read)
}

/// Reads the samples of a text without escaped labels, without Python.
pub(crate) fn plain(text: &str) -> Samples {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let sample = |line: &str| {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (name, labels) = series
            .trim_end_matches('}')
            .split_once('{')
            .unwrap_or((series, ""));
        let labels = labels.split(',').filter_map(|label| label.split_once('='));
        let labels =
            labels.map(|(name, value)| (name.to_owned(), number(name, value.trim_matches('"'))));
        ((name.to_owned(), labels.collect()), value.to_owned())
    };
    lines.map(sample).collect()
}

fn labels(labels: &Value) -> Labels {
    let labels = labels.as_object().unwrap().iter();
    labels
        .map(|(name, value)| (name.clone(), number(name, value.as_str().unwrap())))
        .collect()
}

/// Spells bounds and quantiles as Rust shows them, since formats spell them differently.
fn number(name: &str, value: &str) -> String {
    if ["le", "quantile"].contains(&name) {
        value.parse::<f64>().unwrap().to_string()
    } else {
        value.to_owned()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
