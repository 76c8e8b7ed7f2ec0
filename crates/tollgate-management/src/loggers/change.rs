//! Changes of a level, as they are sent.

use std::time::Duration;

use serde::Deserialize;
use tracing_subscriber::filter::LevelFilter;

use super::level;

/// Maximum time of a level that is set for a time.
const MAX_DURATION: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Maximum length of a duration as text. humantime overflows with longer ones.
const MAX_DURATION_BYTES: usize = 20;

/// New level of a logger, for good or for a time. `None` is the initial level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) level: Option<LevelFilter>,
    pub(super) lasting: Option<Duration>,
}

/// `{"configuredLevel":"DEBUG","for":"10m"}`: Micronaut's shape, and a duration.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Body {
    // Serde accepts a missing option, so that a misspelt field would reset the level.
    #[serde(deserialize_with = "Option::deserialize")]
    configured_level: Option<String>,
    #[serde(rename = "for", default)]
    lasting: Option<String>,
}

impl Change {
    /// Reads a body. An error says why it is refused.
    pub(super) fn read(body: &[u8]) -> Result<Self, String> {
        let body: Body = serde_json::from_slice(body).map_err(|e| {
            format!(
                r#"{e}: send {{"configuredLevel":"DEBUG"}}, or null to reset, and "for":"10m" to have it end by itself"#
            )
        })?;
        let level = body.configured_level.as_deref().map(level::read);
        let level = level.transpose()?.flatten();
        let lasting = body.lasting.as_deref().map(duration).transpose()?;
        if level.is_none() && lasting.is_some() {
            return Err(r#"a level that is reset lasts: leave "for" out"#.to_owned());
        }
        Ok(Self { level, lasting })
    }
}

fn duration(written: &str) -> Result<Duration, String> {
    let short = Some(written).filter(|written| written.len() <= MAX_DURATION_BYTES);
    let why = match short.and_then(|written| humantime::parse_duration(written).ok()) {
        None => "is no duration",
        Some(Duration::ZERO) => "is no time at all",
        Some(long) if long > MAX_DURATION => "is more than 30 days",
        Some(duration) => return Ok(duration),
    };
    Err(format!("{written:?} {why}: write 30s, 10m or 1h 30m"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn change_is_a_level_with_an_optional_duration() {
        let debug = Some(LevelFilter::DEBUG);
        let ten_minutes = Some(Duration::from_secs(600));
        for (body, level, lasting) in [
            (r#"{"configuredLevel":"DEBUG"}"#, debug, None),
            (
                r#"{"configuredLevel":"debug","for":"10m"}"#,
                debug,
                ten_minutes,
            ),
            (r#"{"configuredLevel":"DEBUG","for":null}"#, debug, None),
            (r#"{"configuredLevel":null}"#, None, None),
            (r#"{"configuredLevel":"NOT_SPECIFIED"}"#, None, None),
        ] {
            let change = Change::read(body.as_bytes());
            assert_eq!(change, Ok(Change { level, lasting }), "{body}");
        }
    }

    #[test]
    fn refusal_names_the_accepted_form() {
        for (body, named) in [
            ("", "configuredLevel"),
            ("[]", "configuredLevel"),
            ("\u{7f}", "configuredLevel"),
            ("{}", "missing field `configuredLevel`"),
            (r#"{"configuredLevel":3}"#, "invalid type"),
            (
                r#"{"configuredLevel":"LOUD"}"#,
                r#""LOUD" is no level: use one of ALL, TRACE"#,
            ),
            (
                r#"{"configuredlevel":"DEBUG"}"#,
                "unknown field `configuredlevel`",
            ),
            (
                r#"{"configuredLevel":"DEBUG","for":"soon"}"#,
                r#""soon" is no duration"#,
            ),
            (
                r#"{"configuredLevel":"DEBUG","for":"0s"}"#,
                "no time at all",
            ),
            (
                r#"{"configuredLevel":"DEBUG","for":"31days"}"#,
                "more than 30 days",
            ),
            (
                r#"{"configuredLevel":"DEBUG","for":"99999999999999999999y"}"#,
                "10m",
            ),
            (
                r#"{"configuredLevel":"DEBUG","for":"18446744073709551615s 1000ms"}"#,
                "10m",
            ),
            (
                r#"{"configuredLevel":null,"for":"10m"}"#,
                r#"leave "for" out"#,
            ),
        ] {
            let message = Change::read(body.as_bytes()).unwrap_err();
            assert!(message.contains(named), "{body}: {message}");
        }
    }
}
