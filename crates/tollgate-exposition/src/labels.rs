//! Labels as the text that every sample of a series carries.

use std::borrow::Cow;

/// Writes labels as the text of a series: `a="x",b="y"`, sorted by name.
///
/// The last of several labels with the same name counts. A label with an empty value is left out: to
/// Prometheus it is not there. Names are written as they are, so they must be valid.
///
/// # Examples
///
/// ```
/// use tollgate_exposition::label_text;
///
/// assert_eq!(label_text([("kind", "tea"), ("from", "")]), r#"kind="tea""#);
/// ```
pub fn label_text<N, V>(labels: impl IntoIterator<Item = (N, V)>) -> String
where
    N: AsRef<str>,
    V: AsRef<str>,
{
    let mut labels = Vec::from_iter(labels);
    labels.sort_by(|(a, _), (b, _)| a.as_ref().cmp(b.as_ref()));
    let len = |(name, value): &(N, V)| name.as_ref().len() + value.as_ref().len() + 4;
    let mut text = String::with_capacity(labels.iter().map(len).sum());
    for (index, (name, value)) in labels.iter().enumerate() {
        let (name, value) = (name.as_ref(), value.as_ref());
        let next = labels.get(index + 1);
        let is_last = next.is_none_or(|(next, _)| next.as_ref() != name);
        if !is_last || value.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(name);
        text.push_str("=\"");
        text.push_str(&escaped(value));
        text.push('"');
    }
    text
}

/// Returns the names and values of a label text.
///
/// # Examples
///
/// ```
/// use tollgate_exposition::label_pairs;
///
/// assert!(label_pairs(r#"from="\"here\"",kind="tea""#).eq([
///     ("from", "\"here\"".into()),
///     ("kind", "tea".into()),
/// ]));
/// ```
pub fn label_pairs(mut text: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    std::iter::from_fn(move || {
        let (name, rest) = text.split_once('=')?;
        let rest = rest.strip_prefix('"')?;
        let end = closing_quote(rest)?;
        text = rest[end + 1..].strip_prefix(',').unwrap_or_default();
        Some((name, unescaped(&rest[..end])))
    })
}

/// Returns the position of the first quote that is not escaped.
pub(crate) fn closing_quote(quoted: &str) -> Option<usize> {
    let mut is_escaped = false;
    quoted.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })
}

/// Escapes backslashes, double quotes and line feeds.
pub(crate) fn escaped(value: &str) -> Cow<'_, str> {
    let mut rest = value;
    let mut out = String::new();
    while let Some(at) = rest.find(['\\', '"', '\n']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'\\' => "\\\\",
            b'"' => "\\\"",
            _ => "\\n",
        });
        rest = &rest[at + 1..];
    }
    if out.is_empty() {
        return value.into();
    }
    out.push_str(rest);
    out.into()
}

/// Undoes [`escaped`]. A backslash before anything else stays.
pub(crate) fn unescaped(text: &str) -> Cow<'_, str> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{label_pairs, label_text};

    #[test]
    fn labels_are_sorted_and_escaped() {
        for (labels, text) in [
            (&[][..], ""),
            (&[("b", "2"), ("a", "1")], r#"a="1",b="2""#),
            (&[("x", "a\"b\\c\nd")], r#"x="a\"b\\c\nd""#),
            (&[("b", ""), ("a", "1")], r#"a="1""#),
            (&[("zone", "a"), ("zone", "b")], r#"zone="b""#),
            (&[("zone", "a"), ("zone", "")], ""),
        ] {
            assert_eq!(label_text(labels.iter().copied()), text);
        }
    }

    proptest! {
        #[test]
        fn written_labels_are_read_back(values in prop::collection::vec(any::<String>(), 0..4)) {
            let labels = || values.iter().enumerate().map(|(i, value)| (format!("l{i}"), value));
            let text = label_text(labels());
            let expected: Vec<_> = labels().filter(|(_, value)| !value.is_empty()).collect();
            let read: Vec<_> = label_pairs(&text).collect();
            prop_assert_eq!(read.len(), expected.len());
            for ((name, value), (expected_name, expected_value)) in read.iter().zip(&expected) {
                prop_assert_eq!(*name, expected_name.as_str());
                prop_assert_eq!(&**value, expected_value.as_str());
            }
            prop_assert!(!text.contains('\n'));
        }
    }
}
