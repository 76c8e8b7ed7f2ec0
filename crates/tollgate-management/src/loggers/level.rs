//! Names of levels and of the root, as in Micronaut.

use tracing_subscriber::filter::LevelFilter;

/// Name of the logger of all targets that no other logger names.
pub(super) const ROOT: &str = "ROOT";

/// Level of a logger without a level of its own.
const NOT_SPECIFIED: &str = "NOT_SPECIFIED";

/// Accepted names, in Micronaut's order. `ALL` is tracing's `TRACE`.
pub(super) const NAMES: [&str; 8] = [
    "ALL",
    "TRACE",
    "DEBUG",
    "INFO",
    "WARN",
    "ERROR",
    "OFF",
    NOT_SPECIFIED,
];

pub(super) fn name(level: Option<LevelFilter>) -> &'static str {
    match level {
        None => NOT_SPECIFIED,
        Some(LevelFilter::OFF) => "OFF",
        Some(LevelFilter::ERROR) => "ERROR",
        Some(LevelFilter::WARN) => "WARN",
        Some(LevelFilter::INFO) => "INFO",
        Some(LevelFilter::DEBUG) => "DEBUG",
        Some(LevelFilter::TRACE) => "TRACE",
    }
}

/// Error for a name that is not a level.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoLevel;

/// Reads a name in any case. Returns `None` for `NOT_SPECIFIED`.
pub(super) fn read(name: &str) -> Result<Option<LevelFilter>, NoLevel> {
    match &*name.to_ascii_uppercase() {
        NOT_SPECIFIED => Ok(None),
        "ALL" => Ok(Some(LevelFilter::TRACE)),
        known if NAMES.contains(&known) => known.parse().map(Some).map_err(|_| NoLevel),
        _ => Err(NoLevel),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_in_any_case() {
        for written in NAMES {
            let level = read(&written.to_lowercase()).unwrap();
            let expected = if written == "ALL" { "TRACE" } else { written };
            assert_eq!(name(level), expected);
        }
        for other in ["", "LOUD", "5", " INFO"] {
            assert_eq!(read(other), Err(NoLevel));
        }
    }
}
