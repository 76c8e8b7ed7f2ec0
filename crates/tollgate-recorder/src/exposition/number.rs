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
    } else {
        push_bound(out, value);
    }
}

/// The value of an `le` or `quantile` label: always with a fraction or an exponent, as in Prometheus 3.
pub(crate) fn push_bound(out: &mut String, value: f64) {
    if value.is_finite() {
        out.push_str(zmij::Buffer::new().format_finite(value));
    } else if value.is_nan() {
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
    fn values() {
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
    fn values_survive_being_read() {
        for value in [1e300, 1e16, 2.5e-8, f64::MAX, f64::MIN_POSITIVE, 1.0 / 3.0] {
            assert_eq!(written(push_value, value).parse(), Ok(value));
        }
    }

    #[test]
    fn bounds() {
        for (value, text) in [
            (1.0, "1.0"),
            (0.005, "0.005"),
            (10.0, "10.0"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(written(push_bound, value), text);
        }
    }
}
