//! Numbers of both text formats.

/// The least float that may stand for more than one whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Writes a text.
#[inline]
pub(super) fn push(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// Writes a whole number.
#[inline]
pub(super) fn push_count(out: &mut Vec<u8>, value: u64) {
    let Ok(value @ ..10_000) = u32::try_from(value) else {
        return push_whole(out, value);
    };
    // All four digits at once: two pairs, then the tens of both beside their ones.
    let pairs = (value / 100) | ((value % 100) << 16);
    let tens = ((pairs * 103) >> 10) & 0x000F_000F;
    let digits = tens | ((pairs - tens * 10) << 8);
    // Four are copied, then the leading zeros dropped: a copy of a fixed length needs no call.
    let zeros = (digits | (1 << 24)).trailing_zeros() / 8;
    let text = (digits | 0x3030_3030) >> (8 * zeros);
    out.extend_from_slice(&text.to_le_bytes());
    out.truncate(out.len() - zeros as usize);
}

#[cold]
#[inline(never)]
fn push_whole(out: &mut Vec<u8>, value: impl itoa::Integer) {
    push(out, itoa::Buffer::new().format(value));
}

/// Writes the value of a sample: whole numbers without a fraction.
pub(super) fn push_value(out: &mut Vec<u8>, value: f64) {
    if value.fract() == 0.0 && value.abs() < EXACT {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "checked to be whole and small enough"
        )]
        let whole = value as i64;
        match u64::try_from(whole) {
            Ok(count) => push_count(out, count),
            Err(_) => push_whole(out, whole),
        }
    } else if value.is_finite() {
        push(out, zmij::Buffer::new().format_finite(value));
    } else {
        push_not_finite(out, value);
    }
}

/// Writes the value of an `le` or `quantile` label as Prometheus 3 spells it: `1.0`, `0.0001`,
/// `1e+06`.
///
/// It is the shortest text of the same float, always with a fraction or an exponent: with an exponent
/// from a million up and below one ten-thousandth.
pub(super) fn push_bound(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() {
        push_not_finite(out, value);
    } else if value == 0.0 {
        push(out, "0.0");
    } else if (1e-4..1e6).contains(&value.abs()) {
        push(out, zmij::Buffer::new().format_finite(value));
    } else {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = match exponent.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("+", exponent),
        };
        let zero = if digits.len() < 2 { "0" } else { "" };
        for part in [mantissa, "e", sign, zero, digits] {
            push(out, part);
        }
    }
}

fn push_not_finite(out: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        push(out, "NaN");
    } else {
        push(out, if value > 0.0 { "+Inf" } else { "-Inf" });
    }
}

#[cfg(test)]
mod tests {
    use super::{push_bound, push_count, push_value};

    #[track_caller]
    fn written<T>(push: fn(&mut Vec<u8>, T), value: T) -> String {
        let mut out = Vec::new();
        push(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn counts() {
        for count in (0..=10_001).chain([u64::MAX]) {
            assert_eq!(written(push_count, count), count.to_string());
        }
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
    fn values_parse_back_unchanged() {
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
