//! Names of levels and of the root, as in Micronaut.

use tracing_subscriber::filter::LevelFilter;

/// Name of the logger of all targets that no other logger names.
pub(super) const ROOT: &str = "ROOT";

/// Levels by their names, in Micronaut's order. The last one is that of a logger without a level of its
/// own.
const LEVELS: [(&str, Option<LevelFilter>); 8] = [
    ("ALL", Some(LevelFilter::TRACE)),
    ("TRACE", Some(LevelFilter::TRACE)),
    ("DEBUG", Some(LevelFilter::DEBUG)),
    ("INFO", Some(LevelFilter::INFO)),
    ("WARN", Some(LevelFilter::WARN)),
    ("ERROR", Some(LevelFilter::ERROR)),
    ("OFF", Some(LevelFilter::OFF)),
    ("NOT_SPECIFIED", None),
];

/// Returns the accepted names.
pub(super) fn names() -> [&'static str; 8] {
    LEVELS.map(|(name, _)| name)
}

pub(super) fn name(level: Option<LevelFilter>) -> &'static str {
    let named = LEVELS.iter().rfind(|(_, named)| *named == level);
    named.map_or("", |(name, _)| name)
}

/// Reads a name in any case. Returns `None` for `NOT_SPECIFIED`.
pub(super) fn read(name: &str) -> Result<Option<LevelFilter>, String> {
    let mut levels = LEVELS.into_iter();
    let found = levels.find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, level)| level).ok_or_else(|| {
        let accepted = names().join(", ");
        format!("{name:?} is no level: use one of {accepted}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_in_any_case() {
        for written in names() {
            let level = read(&written.to_lowercase()).unwrap();
            let expected = if written == "ALL" { "TRACE" } else { written };
            assert_eq!(name(level), expected);
        }
        for other in ["", "LOUD", "5", " INFO"] {
            assert!(read(other).is_err(), "{other}");
        }
    }
}
