//! Prometheus' [text format][spec], read back: the only place where text is parsed.
//!
//! By hand, since `prometheus-parse` takes a comma or a brace in a label's value for its end, and
//! `openmetrics-parser` is under the LGPL.
//!
//! [spec]: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format

use std::{borrow::Cow, collections::BTreeMap, error::Error, sync::Arc};

use crate::{
    family::Family,
    kind::Kind,
    labels::{closing_quote, label_text, unescaped},
    series::{Series, Value},
    snapshot::Snapshot,
};

const BLANKS: [char; 2] = [' ', '\t'];

/// Reads all families.
///
/// # Errors
///
/// The number of the first line that is not valid.
pub(super) fn read(text: &str) -> Result<Snapshot, Box<dyn Error + Send + Sync>> {
    let mut families: Vec<Lines<'_>> = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        let line = line.trim_matches(BLANKS);
        if let Some(comment) = line.strip_prefix('#') {
            let (keyword, rest) = word(comment);
            let (name, rest) = word(rest);
            if keyword == "HELP" {
                last(&mut families, name).help = Some(rest);
            } else if keyword == "TYPE" {
                last(&mut families, name).kind = Kind::of(rest);
            }
        } else if !line.is_empty() {
            let invalid = || format!("line {} of the exposition is no sample", index + 1);
            let sample = Sample::read(line).ok_or_else(invalid)?;
            match families.last_mut() {
                Some(family) if family.has(sample.name) => family.add(&sample),
                _ => last(&mut families, sample.name).add(&sample),
            }
        }
    }
    Ok(families.into_iter().map(Lines::into_family).collect())
}

impl Kind {
    /// Returns the kind that the text format has this word for.
    pub(super) fn of(word: &str) -> Self {
        match word {
            "counter" => Self::Counter,
            "gauge" => Self::Gauge,
            "histogram" => Self::Histogram,
            "summary" => Self::Summary,
            _ => Self::Unknown,
        }
    }
}

/// The lines of one family.
struct Lines<'a> {
    name: &'a str,
    kind: Kind,
    help: Option<&'a str>,
    /// By their labels.
    series: BTreeMap<String, Read>,
}

/// One series, as far as it has been read.
#[derive(Default)]
struct Read {
    value: f64,
    /// The count of a whole number.
    count: Option<u64>,
    sum: f64,
    /// Bounds or quantiles with their values.
    by_label: Vec<(f64, f64)>,
}

/// Returns the last family if it has this name, or else a new one: the lines of a family follow each
/// other.
fn last<'a, 'f>(families: &'f mut Vec<Lines<'a>>, name: &'a str) -> &'f mut Lines<'a> {
    if families.last().is_none_or(|last| last.name != name) {
        families.push(Lines {
            name,
            kind: Kind::Unknown,
            help: None,
            series: BTreeMap::new(),
        });
    }
    let last = families.len() - 1;
    &mut families[last]
}

impl<'a> Lines<'a> {
    /// Returns whether a sample of this name is one of the family's.
    fn has(&self, sample: &str) -> bool {
        sample
            .strip_prefix(self.name)
            .is_some_and(|suffix| suffix.is_empty() || self.kind.suffixes().contains(&suffix))
    }

    fn add(&mut self, sample: &Sample<'a>) {
        let own = self.kind.own_label();
        let is_own = |(label, _): &&(&str, Cow<'_, str>)| Some(*label) == own;
        let by = sample.labels.iter().find(is_own);
        let labels = sample.labels.iter().filter(|label| !is_own(label));
        let labels = label_text(labels.map(|(name, value)| (*name, value)));
        let series = self.series.entry(labels).or_default();
        match (&sample.name[self.name.len()..], by) {
            ("_sum", _) => series.sum = sample.value,
            ("_count", _) => series.count = Some(whole(sample.value)),
            (_, Some((_, by))) => {
                let by = by.parse().unwrap_or(f64::NAN);
                series.by_label.push((by, sample.value));
            }
            _ => (series.value, series.count) = (sample.value, sample.count),
        }
    }

    fn into_family(self) -> Family {
        let mut family = Family::new(self.name, self.kind);
        family.help = self.help.map(|help| unescaped(help).into());
        for (labels, mut read) in self.series {
            let push = |value: Value<'_>| family.push(Series::new(&labels, value));
            read.push(self.kind, push);
        }
        family
    }
}

impl Read {
    fn push(&mut self, kind: Kind, push: impl FnOnce(Value<'_>)) {
        let count = self.count.unwrap_or(0);
        self.by_label.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        match kind {
            Kind::Histogram => {
                self.by_label.retain(|(bound, _)| bound.is_finite());
                let bounds: Arc<[f64]> = self.by_label.iter().map(|(bound, _)| *bound).collect();
                let upto = self.by_label.iter().map(|(_, upto)| whole(*upto));
                let mut before = 0;
                let mut counts = Vec::with_capacity(bounds.len() + 1);
                for upto in upto.chain([count]) {
                    counts.push(upto.saturating_sub(before));
                    before = upto;
                }
                push(Value::Histogram {
                    bounds: &bounds,
                    counts: &counts,
                    sum: self.sum,
                    exemplars: &[],
                });
            }
            Kind::Summary => push(Value::Summary {
                count,
                sum: self.sum,
                quantiles: &self.by_label,
            }),
            _ => push(self.count.map_or(Value::Number(self.value), Value::Count)),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count is whole and not negative"
)]
fn whole(value: f64) -> u64 {
    value as u64
}

/// A line with a value.
#[derive(Debug, PartialEq)]
struct Sample<'a> {
    name: &'a str,
    labels: Vec<(&'a str, Cow<'a, str>)>,
    value: f64,
    /// The value again, if it is written as a whole number.
    count: Option<u64>,
}

impl<'a> Sample<'a> {
    /// Reads a line; `None` if it is not valid.
    fn read(line: &'a str) -> Option<Self> {
        let (name, rest) = line.split_at(line.find(['{', ' ', '\t'])?);
        let rest = rest.trim_start_matches(BLANKS);
        let (labels, rest) = match rest.strip_prefix('{') {
            Some(inside) => labels(inside)?,
            None => (Vec::new(), rest),
        };
        let (value, timestamp) = word(rest);
        let is_timestamp = timestamp.is_empty() || timestamp.parse::<i64>().is_ok();
        (!name.is_empty() && is_timestamp).then_some(Self {
            name,
            labels,
            value: value.parse().ok()?,
            count: value.parse().ok(),
        })
    }
}

type Labels<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// Returns the labels up to the closing brace, and the rest behind it.
fn labels(mut inside: &str) -> Option<(Labels<'_>, &str)> {
    let mut labels = Vec::new();
    loop {
        inside = inside.trim_start_matches(BLANKS);
        if let Some(after) = inside.strip_prefix('}') {
            return Some((labels, after));
        }
        let (label, rest) = inside.split_once('=')?;
        let label = label.trim_end_matches(BLANKS);
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if label.is_empty() || !label.bytes().all(is_name) {
            return None;
        }
        let quoted = rest.trim_start_matches(BLANKS).strip_prefix('"')?;
        let end = closing_quote(quoted)?;
        labels.push((label, unescaped(&quoted[..end])));
        inside = quoted[end + 1..].trim_start_matches(BLANKS);
        match inside.strip_prefix(',') {
            Some(after) => inside = after,
            None if inside.starts_with('}') => {}
            None => return None,
        }
    }
}

/// Returns the first word, and the rest behind it.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches(BLANKS);
    let (word, rest) = text.split_once(BLANKS).unwrap_or((text, ""));
    (word, rest.trim_start_matches(BLANKS))
}

#[cfg(test)]
mod tests;
