//! The lines that both text formats share.

use super::number;
use crate::{labels::escape, snapshot::Buckets};

/// Opens a sample: its name, and its labels if it has any.
pub(super) fn open(out: &mut String, name: &str, suffix: &str, labels: &str) {
    out.push_str(name);
    out.push_str(suffix);
    if !labels.is_empty() {
        out.push('{');
        out.push_str(labels);
        out.push('}');
    }
    out.push(' ');
}

/// A sample that is a whole number.
pub(super) fn count(out: &mut String, name: &str, suffix: &str, labels: &str, value: u64) {
    open(out, name, suffix, labels);
    number::push_count(out, value);
    out.push('\n');
}

/// A sample that is a float.
pub(super) fn value(out: &mut String, name: &str, suffix: &str, labels: &str, value: f64) {
    open(out, name, suffix, labels);
    number::push_value(out, value);
    out.push('\n');
}

/// The buckets of a histogram. `after` can add to the line of each.
#[inline]
pub(super) fn buckets(
    out: &mut String,
    name: &str,
    labels: &str,
    buckets: &Buckets<'_>,
    mut after: impl FnMut(&mut String, usize),
) {
    let mut total = 0_u64;
    let start = out.len();
    open_with_label(out, name, "_bucket", labels);
    let prefix = start..out.len();
    for (index, (bound, count)) in buckets
        .bounds
        .labels()
        .iter()
        .zip(buckets.counts)
        .enumerate()
    {
        if index > 0 {
            out.extend_from_within(prefix.clone());
        }
        out.push_str(bound);
        out.push_str("} ");
        total = total.wrapping_add(*count);
        number::push_count(out, total);
        after(out, index);
        out.push('\n');
    }
}

/// Opens a sample that has one more label, which is to come.
pub(super) fn open_with_label(out: &mut String, name: &str, suffix: &str, labels: &str) {
    out.push_str(name);
    out.push_str(suffix);
    out.push('{');
    if !labels.is_empty() {
        out.push_str(labels);
        out.push(',');
    }
}

/// One quantile of a summary.
pub(super) fn quantile(out: &mut String, name: &str, labels: &str, quantile: f64, value: f64) {
    open_with_label(out, name, "", labels);
    out.push_str("quantile=\"");
    number::push_bound(out, quantile);
    out.push_str("\"} ");
    number::push_value(out, value);
    out.push('\n');
}

/// The only bucket of a native histogram that text can carry.
pub(super) fn infinite_bucket(out: &mut String, name: &str, labels: &str, value: u64) {
    open_with_label(out, name, "_bucket", labels);
    out.push_str("le=\"+Inf\"} ");
    number::push_count(out, value);
    out.push('\n');
}

/// A comment on a family: `# TYPE`, `# HELP` or `# UNIT`.
pub(super) fn comment(out: &mut String, what: &str, name: &str, text: &str) {
    for part in ["# ", what, " ", name, " "] {
        out.push_str(part);
    }
    out.push_str(text);
    out.push('\n');
}

/// A help text for `OpenMetrics`, where double quotes are escaped too.
pub(super) fn escaped(help: &str) -> String {
    let mut out = String::with_capacity(help.len());
    escape(&mut out, help);
    out
}
