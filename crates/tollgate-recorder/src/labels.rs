//! The labels of a series, as the text that every sample of it carries.
//!
//! That text is all that is kept of a series' key, and series are told apart by it: two keys are the
//! same series exactly if no exposition could tell them apart.

use metrics::{Key, Label};
use tollgate_exposition::{Kind, label_text};

use crate::names;

/// Returns the key of the series that counts for all beyond the maximum.
///
/// It has none of their labels: names that are made up could be as many as values.
pub(crate) fn overflow() -> Key {
    Key::from_parts("", vec![Label::from_static_parts("overflow", "true")])
}

/// Returns a key's labels as text, with valid names. Its own label wins over a constant one of the
/// same name.
pub(crate) fn text(key: &Key, constant: &[(String, String)], kind: Kind) -> String {
    let own = key.labels().map(|label| (label.key(), label.value()));
    let constant = constant.iter();
    let labels = constant.map(|(name, value)| (name.as_str(), value.as_str()));
    let labels = labels.chain(own);
    label_text(labels.map(|(name, value)| (names::label(name, kind), value)))
}

#[cfg(test)]
mod tests {
    use metrics::Key;
    use tollgate_exposition::Kind;

    use super::{overflow, text};

    #[track_caller]
    fn assert_text(labels: &[(&'static str, &'static str)], expected: &str) {
        let key = Key::from_parts("name", labels);
        let constant = [("zone".into(), "a".into())];
        assert_eq!(text(&key, &constant, Kind::Histogram), expected);
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
    fn the_last_label_of_a_name_counts() {
        assert_text(&[("zone", "b")], r#"zone="b""#);
        assert_text(&[("zone", "")], "");
        assert_text(&[("a.b", "1"), ("a-b", "2")], r#"a_b="2",zone="a""#);
    }

    #[test]
    fn overflow_keeps_constant_labels() {
        let text = text(&overflow(), &[("zone".into(), "a".into())], Kind::Counter);
        assert_eq!(text, r#"overflow="true",zone="a""#);
    }
}
