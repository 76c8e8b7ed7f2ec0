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

/// Reason of a refusal, for the caller.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) String);

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
    pub(super) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let body: Body = serde_json::from_slice(body).map_err(|e| {
            Refusal(format!(
                r#"{e}: send {{"configuredLevel":"DEBUG"}}, or null to reset, and "for":"10m" to have it end by itself"#
            ))
        })?;
        let level = match &body.configured_level {
            None => None,
            Some(name) => level::read(name).map_err(|_| {
                let accepted = level::NAMES.join(", ");
                Refusal(format!("{name:?} is no level: use one of {accepted}"))
            })?,
        };
        let lasting = body.lasting.as_deref().map(duration).transpose()?;
        if level.is_none() && lasting.is_some() {
            let message = r#"a level that is reset lasts: leave "for" out"#;
            return Err(Refusal(message.to_owned()));
        }
        Ok(Self { level, lasting })
    }
}

fn duration(written: &str) -> Result<Duration, Refusal> {
    let refused = |why: &str| Refusal(format!("{written:?} {why}: write 30s, 10m or 1h 30m"));
    if written.len() > MAX_DURATION_BYTES {
        return Err(refused("is no duration"));
    }
    match humantime::parse_duration(written) {
        Ok(Duration::ZERO) => Err(refused("is no time at all")),
        Ok(long) if long > MAX_DURATION => Err(refused("is more than 30 days")),
        Ok(duration) => Ok(duration),
        Err(_) => Err(refused("is no duration")),
    }
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
            let Refusal(message) = Change::read(body.as_bytes()).unwrap_err();
            assert!(message.contains(named), "{body}: {message}");
        }
    }
}
