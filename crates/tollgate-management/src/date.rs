//! How a moment is written.

use std::{
    fmt::Write,
    time::{SystemTime, UNIX_EPOCH},
};

use humantime::format_rfc3339_millis;

/// As RFC 3339 has it, in UTC and with milliseconds: none before 1970 or after 9999.
pub(crate) fn rfc3339(time: SystemTime) -> Option<String> {
    // Before, it would panic.
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
    fn a_moment_is_in_utc_with_milliseconds() {
        let moment = UNIX_EPOCH + Duration::from_micros(1_767_323_045_006_999);
        let date = rfc3339(moment);
        assert_eq!(date.as_deref(), Some("2026-01-02T03:04:05.006Z"));
    }

    #[test]
    fn what_is_out_of_range_is_not_written() {
        for seconds in [253_402_300_800, 1 << 62] {
            assert_eq!(rfc3339(UNIX_EPOCH + Duration::from_secs(seconds)), None);
        }
        assert_eq!(rfc3339(UNIX_EPOCH - Duration::from_secs(1)), None);
    }
}
