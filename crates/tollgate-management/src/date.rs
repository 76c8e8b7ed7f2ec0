//! Dates as text.

use std::{
    fmt::Write,
    time::{SystemTime, UNIX_EPOCH},
};

use humantime::format_rfc3339_millis;

/// Formats a time by RFC 3339, in UTC with milliseconds. Returns `None` before 1970 or after 9999.
pub(crate) fn rfc3339(time: SystemTime) -> Option<String> {
    // humantime panics before 1970.
    time.duration_since(UNIX_EPOCH).ok()?;
    let mut text = String::new();
    write!(text, "{}", format_rfc3339_millis(time)).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn time_is_in_utc_with_milliseconds() {
        let moment = UNIX_EPOCH + Duration::from_micros(1_767_323_045_006_999);
        let date = rfc3339(moment);
        assert_eq!(date.as_deref(), Some("2026-01-02T03:04:05.006Z"));
    }

    #[test]
    fn time_out_of_range_is_none() {
        for seconds in [253_402_300_800, 1 << 62] {
            assert_eq!(rfc3339(UNIX_EPOCH + Duration::from_secs(seconds)), None);
        }
        assert_eq!(rfc3339(UNIX_EPOCH - Duration::from_secs(1)), None);
    }
}
