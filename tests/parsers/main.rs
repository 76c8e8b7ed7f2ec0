//! Independent parsers read every exposition: Prometheus' own and Python's.

mod demo;
mod recorded;

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;
use tests::python;

/// Families by name, as read or as expected.
type Families = BTreeMap<String, Family>;

#[derive(Debug, Default, PartialEq)]
struct Family {
    kind: String,
    help: String,
    /// The values, as Rust shows them, by name and labels.
    samples: BTreeMap<(String, Labels), String>,
}

type Labels = BTreeMap<String, String>;

/// Returns the families that Python reads from a text exposition.
#[track_caller]
fn read(client: Command, text: &str) -> Families {
    let families = python::families(client, "text", text);
    let count = families.len();
    let families: Families = families.iter().map(family).collect();
    assert_eq!(families.len(), count, "a family occurs twice\n{text}");
    families
}

fn family(family: &Value) -> (String, Family) {
    let all = family["samples"].as_array().unwrap();
    let samples: BTreeMap<_, _> = all.iter().map(sample).collect();
    assert_eq!(samples.len(), all.len(), "a sample occurs twice: {family}");
    let read = Family {
        kind: text(&family["type"]),
        help: text(&family["help"]),
        samples,
    };
    (text(&family["name"]), read)
}

fn sample(sample: &Value) -> ((String, Labels), String) {
    let labels = sample["labels"].as_object().unwrap();
    let labels = labels
        .iter()
        .map(|(name, value)| (name.clone(), text(value)));
    let value: f64 = text(&sample["value"]).parse().unwrap();
    ((text(&sample["name"]), labels.collect()), value.to_string())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
