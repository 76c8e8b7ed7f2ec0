//! Do parsers that we did not write read what we serve: Prometheus' own and Python's?

mod demo;
mod recorded;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tests::outside;

/// What was read or should have been, by the families' names.
type Families = BTreeMap<String, Family>;

#[derive(Debug, Default, PartialEq)]
struct Family {
    kind: String,
    help: String,
    /// The values, as Rust shows them, by name and labels.
    samples: BTreeMap<(String, Labels), String>,
}

type Labels = BTreeMap<String, String>;

/// Python with its `prometheus_client`; none if it is not there.
#[track_caller]
fn python() -> Option<Command> {
    outside::python_with("prometheus_client", "pip install prometheus-client")
}

/// What it reads from a text exposition.
#[track_caller]
fn read(mut python: Command, text: &str) -> Families {
    python.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/parsers/families.py"));
    let output = feed(python, text);
    assert!(output.status.success(), "{output:?}\n{text}");
    let families: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let count = families.len();
    let families: Families = families.iter().map(family).collect();
    assert_eq!(families.len(), count, "a family is there twice\n{text}");
    families
}

fn family(family: &Value) -> (String, Family) {
    let all = family["samples"].as_array().unwrap();
    let samples: BTreeMap<_, _> = all.iter().map(sample).collect();
    assert_eq!(
        samples.len(),
        all.len(),
        "a sample is there twice: {family}"
    );
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

/// Runs a program on an input.
fn feed(mut command: Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}
