//! What is asked of a logger.

use std::time::Duration;

use serde::Deserialize;
use tracing_subscriber::filter::LevelFilter;

use super::level;

/// How long a level may last that ends by itself.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How many bytes a duration may have. With more of them, humantime adds up to what overflows.
const LONGEST_TEXT: usize = 20;

/// A level for good or for a time; none is that of the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) level: Option<LevelFilter>,
    pub(super) lasting: Option<Duration>,
}

/// Why nothing is changed, for who asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) String);

/// `{"configuredLevel":"DEBUG","for":"10m"}`: Micronaut's, and for how long.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Body {
    // By itself an option may be missing, and a slip of the pen would reset the level.
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
    if written.len() > LONGEST_TEXT {
        return Err(refused("is no duration"));
    }
    match humantime::parse_duration(written) {
        Ok(Duration::ZERO) => Err(refused("is no time at all")),
        Ok(long) if long > LONGEST => Err(refused("is more than 30 days")),
        Ok(duration) => Ok(duration),
        Err(_) => Err(refused("is no duration")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_a_level_and_how_long_it_lasts() {
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
    fn what_is_no_change_is_told_what_is() {
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
