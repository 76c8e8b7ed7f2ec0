//! The levels at the start, as they are written in `RUST_LOG`.

use std::collections::BTreeMap;

use tracing_subscriber::filter::{LevelFilter, Targets};

use super::ROOT;
use crate::{ManagementError, ManagementErrorKind};

/// Reads `info,shop=debug`: the level of each logger, that of the root included.
pub(super) fn read(directives: &str) -> Result<BTreeMap<String, LevelFilter>, ManagementError> {
    let mut levels = BTreeMap::from([(ROOT.to_owned(), LevelFilter::OFF)]);
    let directives = directives.split(',').map(str::trim);
    for directive in directives.filter(|directive| !directive.is_empty()) {
        let wrong = |why: &str| {
            let message = format!(
                "the log level {directive:?} {why}: write a level, such as info, or a target and a \
                 level, such as shop::cart=debug"
            );
            ManagementError::new(ManagementErrorKind::InvalidDirective, message)
        };
        if directive.contains(['[', '{']) {
            return Err(wrong("is about a span or a field"));
        }
        let targets: Targets = directive.parse().map_err(|_| wrong("cannot be read"))?;
        levels.extend(
            targets
                .default_level()
                .map(|level| (ROOT.to_owned(), level)),
        );
        let named = targets.iter().map(|(name, level)| (name.to_owned(), level));
        levels.extend(named);
    }
    Ok(levels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_those_of_rust_log() {
        for (directives, expected) in [
            ("", vec![("ROOT", LevelFilter::OFF)]),
            ("info", vec![("ROOT", LevelFilter::INFO)]),
            (
                " WARN, shop=debug ,shop::cart",
                vec![
                    ("ROOT", LevelFilter::WARN),
                    ("shop", LevelFilter::DEBUG),
                    ("shop::cart", LevelFilter::TRACE),
                ],
            ),
        ] {
            let read = read(directives).unwrap();
            let read: Vec<_> = read.iter().map(|(name, level)| (&**name, *level)).collect();
            assert_eq!(read, expected, "{directives}");
        }
    }

    #[test]
    fn a_bad_directive_is_named() {
        for bad in [
            "shop=loud",
            "shop[request]=debug",
            "shop[{id=5}]=info",
            "a=b=c",
        ] {
            let error = read(&format!("info,{bad}")).unwrap_err();
            assert_eq!(error.kind(), ManagementErrorKind::InvalidDirective);
            assert!(error.to_string().contains(&format!("{bad:?}")), "{error}");
        }
    }
}
