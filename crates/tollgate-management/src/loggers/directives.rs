//! Initial levels, in the syntax of `RUST_LOG`.

use std::collections::BTreeMap;

use tracing_subscriber::filter::{LevelFilter, Targets};

use super::level::ROOT;
use crate::BuildError;

/// Reads the level of each logger, including the root, from `info,shop=debug`.
pub(super) fn read(directives: &str) -> Result<BTreeMap<String, LevelFilter>, BuildError> {
    let mut levels = BTreeMap::from([(ROOT.to_owned(), LevelFilter::OFF)]);
    let directives = directives.split(',').map(str::trim);
    for directive in directives.filter(|directive| !directive.is_empty()) {
        let wrong = |why: &str| {
            BuildError::new(format!(
                "the log level {directive:?} {why}: write a level, such as info, or a target and a \
                 level, such as shop::cart=debug"
            ))
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
    fn directives_have_the_syntax_of_rust_log() {
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
    fn error_names_the_invalid_directive() {
        for bad in [
            "shop=loud",
            "shop[request]=debug",
            "shop[{id=5}]=info",
            "a=b=c",
        ] {
            let error = read(&format!("info,{bad}")).unwrap_err();
            let expected = format!("the log level {bad:?} ");
            assert!(error.to_string().starts_with(&expected), "{error}");
        }
    }
}
