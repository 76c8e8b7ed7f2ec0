//! Prometheus' [text format][spec], read back.
//!
//! By hand, since `prometheus-parse` takes a comma or a brace in a label's value for its end, and
//! `openmetrics-parser` is under the LGPL.
//!
//! [spec]: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format

use std::borrow::Cow;

const BLANKS: [char; 2] = [' ', '\t'];

/// A metric with all its series.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Family<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    help: Option<&'a str>,
    /// The lines of its samples.
    pub(super) samples: Vec<&'a str>,
}

/// What a family is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Untyped,
}

/// A line with a value.
#[derive(Debug, PartialEq)]
pub(super) struct Sample<'a> {
    pub(super) name: &'a str,
    pub(super) labels: Vec<(&'a str, Cow<'a, str>)>,
    pub(super) value: f64,
}

/// The families that have samples, in their order.
pub(super) fn families(text: &str) -> Vec<Family<'_>> {
    let mut families: Vec<Family<'_>> = Vec::new();
    for line in text.split('\n').map(|line| line.trim_matches(BLANKS)) {
        if let Some(comment) = line.strip_prefix('#') {
            let (keyword, rest) = word(comment);
            let (name, rest) = word(rest);
            if keyword == "HELP" {
                last(&mut families, name).help = Some(rest);
            } else if keyword == "TYPE" {
                last(&mut families, name).kind = Kind::of(rest);
            }
        } else if !line.is_empty() {
            let name = name(line);
            match families.last_mut() {
                Some(family) if family.has(name) => family.samples.push(line),
                _ => last(&mut families, name).samples.push(line),
            }
        }
    }
    families.retain(|family| !family.samples.is_empty());
    families
}

/// The last family if it has this name, or a new one that has: the lines of a family follow each
/// other.
fn last<'a, 'f>(families: &'f mut Vec<Family<'a>>, name: &'a str) -> &'f mut Family<'a> {
    if families.last().is_none_or(|last| last.name != name) {
        families.push(Family {
            name,
            kind: Kind::Untyped,
            help: None,
            samples: Vec::new(),
        });
    }
    let last = families.len() - 1;
    &mut families[last]
}

impl<'a> Family<'a> {
    pub(super) fn help(&self) -> Option<Cow<'a, str>> {
        self.help.map(unescaped)
    }

    /// Whether a sample of this name is one of the family's.
    fn has(&self, sample: &str) -> bool {
        sample
            .strip_prefix(self.name)
            .is_some_and(|suffix| suffix.is_empty() || self.kind.suffixes().contains(&suffix))
    }
}

impl Kind {
    fn of(keyword: &str) -> Self {
        match keyword {
            "counter" => Self::Counter,
            "gauge" => Self::Gauge,
            "histogram" => Self::Histogram,
            "summary" => Self::Summary,
            _ => Self::Untyped,
        }
    }

    /// What its samples' names may add to the family's.
    const fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Histogram => &["_bucket", "_sum", "_count"],
            Self::Summary => &["_sum", "_count"],
            Self::Counter | Self::Gauge | Self::Untyped => &[],
        }
    }

    /// The label that tells samples of one series apart, and no series.
    pub(super) const fn own_label(self) -> Option<&'static str> {
        match self {
            Self::Histogram => Some("le"),
            Self::Summary => Some("quantile"),
            Self::Counter | Self::Gauge | Self::Untyped => None,
        }
    }
}

impl<'a> Sample<'a> {
    /// `None` if the line is not valid.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let name = name(line);
        let rest = line[name.len()..].trim_start_matches(BLANKS);
        let (labels, rest) = match rest.strip_prefix('{') {
            Some(inside) => labels(inside)?,
            None => (Vec::new(), rest),
        };
        let (value, timestamp) = word(rest);
        let is_valid = !name.is_empty() && (timestamp.is_empty() || is_integer(timestamp));
        is_valid.then_some(Self {
            name,
            labels,
            value: value.parse().ok()?,
        })
    }
}

/// What comes before the labels or the value.
fn name(line: &str) -> &str {
    let end = line.find(['{', ' ', '\t']).unwrap_or(line.len());
    &line[..end]
}

type Labels<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// The labels up to the closing brace, and what follows it.
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

/// Where a quoted value ends: at the first quote that is not escaped.
fn closing_quote(quoted: &str) -> Option<usize> {
    let mut is_escaped = false;
    quoted.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })
}

fn unescaped(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('\\') else {
        return text.into();
    };
    let mut out = text[..first].to_owned();
    let mut chars = text[first..].chars();
    while let Some(char) = chars.next() {
        match (char, chars.as_str().chars().next()) {
            ('\\', Some(escaped @ ('n' | '\\' | '"'))) => {
                out.push(if escaped == 'n' { '\n' } else { escaped });
                chars.next();
            }
            _ => out.push(char),
        }
    }
    out.into()
}

/// The first word, and what follows it.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches(BLANKS);
    let (word, rest) = text.split_once(BLANKS).unwrap_or((text, ""));
    (word, rest.trim_start_matches(BLANKS))
}

fn is_integer(text: &str) -> bool {
    text.parse::<i64>().is_ok()
}

#[cfg(test)]
mod tests;
