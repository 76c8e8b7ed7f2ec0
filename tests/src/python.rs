//! Python's `prometheus_client`, a parser of both text formats.

use std::process::Command;

use serde_json::Value;

use crate::{outside, process};

/// Returns Python with its `prometheus_client`, or `None` if one of them is missing.
///
/// # Panics
///
/// If it is missing and the variable `CI` is `true`.
#[track_caller]
pub fn client() -> Option<Command> {
    outside::python_with("prometheus_client", "pip install prometheus-client")
}

/// Returns the families that Python reads from an exposition, as `families.py` prints them.
///
/// The format is `text` or `openmetrics`.
///
/// # Panics
///
/// If Python refuses the exposition.
#[track_caller]
pub fn families(mut client: Command, format: &str, exposition: &str) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/families.py");
    client.args([script, format]);
    let output = process::feed(client, exposition);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}\n{exposition}");
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}
