//! Weights of `Accept` and `Accept-Encoding`.

/// The weight of an element without one.
pub(super) const MAX_WEIGHT: u16 = 1000;

/// Returns a weight ([RFC 9110, 12.4.2]) in thousandths, or `None` if it is not valid.
///
/// [RFC 9110, 12.4.2]: https://www.rfc-editor.org/rfc/rfc9110.html#section-12.4.2
pub(super) fn weight(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let thousandths = format!("{fraction:0<3}").parse().ok()?;
    match (whole, thousandths) {
        ("0", _) => Some(thousandths),
        ("1", 0) => Some(MAX_WEIGHT),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::weight;

    #[test]
    fn weights_are_read_as_the_rfc_writes_them() {
        for (text, thousandths) in [
            ("0", 0),
            ("0.", 0),
            ("0.5", 500),
            ("0.05", 50),
            ("0.999", 999),
            ("1", 1000),
            ("1.", 1000),
            ("1.000", 1000),
        ] {
            assert_eq!(weight(text), Some(thousandths), "{text:?}");
        }
        for text in [
            "", ".5", "1.001", "2", "-1", "0.1234", "0.5a", "0.+5", "01", "+1", "NaN",
        ] {
            assert_eq!(weight(text), None, "{text:?}");
        }
    }
}
