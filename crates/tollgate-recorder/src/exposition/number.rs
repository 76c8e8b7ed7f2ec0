//! How numbers are written in both text formats.

/// From here on a float may stand for more than one whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A whole number.
#[inline]
pub(crate) fn push_count(out: &mut String, value: u64) {
    out.push_str(itoa::Buffer::new().format(value));
}

/// The value of a sample: whole numbers without a fraction.
pub(crate) fn push_value(out: &mut String, value: f64) {
    if value.fract() == 0.0 && value.abs() < EXACT {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "checked to be whole and small enough"
        )]
        out.push_str(itoa::Buffer::new().format(value as i64));
    } else if value.is_finite() {
        out.push_str(zmij::Buffer::new().format_finite(value));
    } else {
        push_not_finite(out, value);
    }
}

/// The value of an `le` or `quantile` label, spelt as Prometheus 3 spells it: `1.0`, `0.0001`,
/// `1e+06`.
///
/// That is the shortest that is the same float, with a fraction or an exponent, and with an
/// exponent from a million up and below one ten-thousandth.
pub(crate) fn push_bound(out: &mut String, value: f64) {
    if !value.is_finite() {
        push_not_finite(out, value);
    } else if value == 0.0 {
        out.push_str("0.0");
    } else if (1e-4..1e6).contains(&value.abs()) {
        out.push_str(zmij::Buffer::new().format_finite(value));
    } else {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = match exponent.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("+", exponent),
        };
        let zero = if digits.len() < 2 { "0" } else { "" };
        for part in [mantissa, "e", sign, zero, digits] {
            out.push_str(part);
        }
    }
}

fn push_not_finite(out: &mut String, value: f64) {
    if value.is_nan() {
        out.push_str("NaN");
    } else {
        out.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    }
}

#[cfg(test)]
mod tests {
    use super::{push_bound, push_count, push_value};

    #[track_caller]
    fn written<T>(push: fn(&mut String, T), value: T) -> String {
        let mut out = String::new();
        push(&mut out, value);
        out
    }

    #[test]
    fn values_are_written_without_a_needless_fraction() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (3.0, "3"),
            (-2.0, "-2"),
            (0.1, "0.1"),
            (1e15, "1000000000000000"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(written(push_value, value), text);
        }
        assert_eq!(written(push_count, u64::MAX), "18446744073709551615");
    }

    #[test]
    fn values_parse_back_unchanged() {
        for value in [1e300, 1e16, 2.5e-8, f64::MAX, f64::MIN_POSITIVE, 1.0 / 3.0] {
            assert_eq!(written(push_value, value).parse(), Ok(value));
        }
    }

    #[test]
    fn bounds_are_spelled_as_prometheus_spells_them() {
        for (value, text) in [
            (1.0, "1.0"),
            (0.005, "0.005"),
            (10.0, "10.0"),
            (0.0, "0.0"),
            (-0.0, "0.0"),
            (-2.5, "-2.5"),
            (0.000_1, "0.0001"),
            (0.000_099, "9.9e-05"),
            (1e-5, "1e-05"),
            (123_456.0, "123456.0"),
            (999_999.5, "999999.5"),
            (1e6, "1e+06"),
            (-1e6, "-1e+06"),
            (1_048_576.0, "1.048576e+06"),
            (1e15, "1e+15"),
            (2.5e100, "2.5e+100"),
            (1e-300, "1e-300"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(written(push_bound, value), text);
        }
    }
}
