//! What Python's `prometheus_client` reads.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;

use serde_json::Value;
use tests::outside;

use crate::{Labels, Samples};

/// An exposition as it was read.
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

/// Reads an exposition in `text` or `openmetrics`; none if Python or its package is not there.
#[track_caller]
pub(crate) fn read(format: &str, exposition: &str) -> Option<Read> {
    let mut python = outside::python_with("prometheus_client", "pip install prometheus-client")?;
    let mut child = python
        .args([
            concat!(env!("CARGO_MANIFEST_DIR"), "/exposition/families.py"),
            format,
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(exposition.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}\n{exposition}");

    let mut read = Read::default();
    let families: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    for family in &families {
        let name = text(&family["name"]);
        read.units.insert(name.clone(), text(&family["unit"]));
        let earlier = read.helps.insert(name, text(&family["help"]));
        assert_eq!(earlier, None, "a family is there twice\n{exposition}");
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
            assert_eq!(earlier, None, "a sample is there twice: {sample}");
        }
    }
    Some(read)
}

/// The samples of a text whose labels need no unescaping, read without Python.
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

/// Bounds and quantiles as Rust shows them, since formats do not agree on how to write them.
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
