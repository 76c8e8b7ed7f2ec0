//! The labels of a series, as the text that every exposition of it starts with.
//!
//! That text is all that is kept of a series' key, and series are told apart by it: two keys are
//! the same series exactly if they could not be told apart in an exposition.

use std::borrow::Cow;

use metrics::Key;

use crate::{kind::Kind, names};

/// The only label of the series that those beyond the cap are counted in.
///
/// It has none of theirs: names that are made up could be as many as values.
const OVERFLOW: (&str, &str) = ("overflow", "true");

/// The labels that every series has, unless its own say otherwise.
pub(crate) type GlobalLabels = [(String, String)];

/// Writes a key's labels as `a="x",b="y"`, sorted by name.
///
/// Of several labels with the same name the last counts. One with an empty value is left out: to
/// Prometheus it is not there.
pub(crate) fn text(key: &Key, global: &GlobalLabels, kind: Kind) -> String {
    let own = key.labels().map(|label| (label.key(), label.value()));
    write(own, global, kind)
}

/// The labels of the series that takes what is beyond the cap.
pub(crate) fn overflow_text(global: &GlobalLabels, kind: Kind) -> String {
    write([OVERFLOW].into_iter(), global, kind)
}

/// Reads what [`text`] wrote.
pub(crate) fn pairs(mut text: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    std::iter::from_fn(move || {
        let (name, rest) = text.split_once("=\"")?;
        let is_escaped = |end: usize| {
            rest[..end]
                .bytes()
                .rev()
                .take_while(|&b| b == b'\\')
                .count()
                % 2
                == 1
        };
        let (end, _) = rest.match_indices('"').find(|&(end, _)| !is_escaped(end))?;
        text = rest[end + 1..].strip_prefix(',').unwrap_or_default();
        Some((name, unescape(&rest[..end])))
    })
}

/// Appends `value` with backslashes, double quotes and line feeds escaped.
pub(crate) fn escape(out: &mut String, value: &str) {
    let mut rest = value;
    while let Some(at) = rest.find(['\\', '"', '\n']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'\\' => "\\\\",
            b'"' => "\\\"",
            _ => "\\n",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

fn write<'a>(
    own: impl Iterator<Item = (&'a str, &'a str)>,
    global: &'a GlobalLabels,
    kind: Kind,
) -> String {
    let global = global
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let mut labels: Vec<_> = global
        .chain(own)
        .map(|(name, value)| (names::label(name, kind), value))
        .collect();
    labels.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut text = String::with_capacity(
        labels
            .iter()
            .map(|(name, value)| name.len() + value.len() + 4)
            .sum(),
    );
    for (index, (name, value)) in labels.iter().enumerate() {
        let is_last = labels.get(index + 1).is_none_or(|(next, _)| next != name);
        if !is_last || value.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(name);
        text.push_str("=\"");
        escape(&mut text, value);
        text.push('"');
    }
    text
}

fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return value.into();
    }
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some(escaped) => escaped,
                None => c,
            },
            _ => c,
        });
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use metrics::{Key, Label};
    use proptest::prelude::*;

    use super::{overflow_text, pairs, text};
    use crate::kind::Kind;

    fn key(labels: &[(&'static str, &'static str)]) -> Key {
        Key::from_parts("name", labels)
    }

    #[track_caller]
    fn assert_text(labels: &[(&'static str, &'static str)], expected: &str) {
        assert_eq!(
            text(
                &key(labels),
                &[("zone".into(), "a".into())],
                Kind::Histogram
            ),
            expected
        );
    }

    #[test]
    fn labels_are_sorted_escaped_and_valid() {
        assert_text(&[], r#"zone="a""#);
        assert_text(
            &[("method", "GET"), ("b.c", "")],
            r#"method="GET",zone="a""#,
        );
        assert_text(&[("x", "a\"b\\c\nd")], r#"x="a\"b\\c\nd",zone="a""#);
        assert_text(
            &[("le", "1"), ("a", "2")],
            r#"a="2",exported_le="1",zone="a""#,
        );
    }

    #[test]
    fn last_label_of_a_name_wins() {
        assert_text(&[("zone", "b")], r#"zone="b""#);
        assert_text(&[("zone", "")], "");
        assert_text(&[("a.b", "1"), ("a-b", "2")], r#"a_b="2",zone="a""#);
    }

    #[test]
    fn overflow_keeps_global_labels() {
        let text = overflow_text(&[("zone".into(), "a".into())], Kind::Counter);
        assert_eq!(text, r#"overflow="true",zone="a""#);
    }

    proptest! {
        #[test]
        fn written_labels_parse_back(values in prop::collection::vec(any::<String>(), 0..4)) {
            let labels: Vec<_> = values
                .iter()
                .enumerate()
                .map(|(i, value)| Label::new(format!("l{i}"), value.clone()))
                .collect();
            let text = text(&Key::from_parts("name", labels.clone()), &[], Kind::Counter);
            let written = labels.iter().filter(|label| !label.value().is_empty());
            let expected: Vec<_> =
                written.map(|label| (label.key(), label.value().into())).collect();
            prop_assert_eq!(pairs(&text).collect::<Vec<_>>(), expected);
            prop_assert!(!text.contains('\n'));
        }
    }
}
