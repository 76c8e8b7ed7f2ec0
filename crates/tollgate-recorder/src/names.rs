//! Names of metrics and labels that Prometheus accepts.

use std::borrow::Cow;

use tollgate_exposition::Kind;

/// Returns a valid name of a metric: every character that is not allowed becomes `_`.
pub(crate) fn metric(name: &str) -> Cow<'_, str> {
    valid(name, |c| matches!(c, 'a'..='z' | 'A'..='Z' | '_' | ':'))
}

/// Returns a valid name of a label: every character that is not allowed becomes `_`, and a reserved
/// name gets `exported_` before it.
///
/// Reserved are names that start with `__`, and the label that this kind of metric adds.
pub(crate) fn label(name: &str, kind: Kind) -> Cow<'_, str> {
    let name = valid(name, |c| matches!(c, 'a'..='z' | 'A'..='Z' | '_'));
    if name.starts_with("__") || kind.own_label() == Some(&*name) {
        format!("exported_{name}").into()
    } else {
        name
    }
}

fn valid(name: &str, is_start: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_valid = |(index, c): (usize, char)| is_start(c) || (index > 0 && c.is_ascii_digit());
    if name.is_empty() {
        return "_".into();
    }
    if name.chars().enumerate().all(&is_valid) {
        return name.into();
    }
    let valid = |(index, c)| if is_valid((index, c)) { c } else { '_' };
    let valid: String = name.chars().enumerate().map(valid).collect();
    valid.into()
}

#[cfg(test)]
mod tests {
    use tollgate_exposition::Kind;

    use super::{label, metric};

    #[test]
    fn metric_names_are_sanitized() {
        for (name, valid) in [
            ("", "_"),
            ("http_request_total", "http_request_total"),
            ("http.request-total", "http_request_total"),
            ("ns:name", "ns:name"),
            ("2xx", "_xx"),
            ("x2", "x2"),
            ("größe\n", "gr__e_"),
        ] {
            assert_eq!(metric(name), valid);
        }
    }

    #[test]
    fn label_names_are_sanitized() {
        for (name, kind, valid) in [
            ("", Kind::Counter, "_"),
            ("a:b", Kind::Counter, "a_b"),
            ("le", Kind::Counter, "le"),
            ("le", Kind::Histogram, "exported_le"),
            ("quantile", Kind::Histogram, "quantile"),
            ("quantile", Kind::Summary, "exported_quantile"),
            ("__name__", Kind::Gauge, "exported___name__"),
            ("..", Kind::Gauge, "exported___"),
        ] {
            assert_eq!(label(name, kind), valid);
        }
    }
}
