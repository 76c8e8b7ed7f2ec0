//! Levels of loggers.

use std::{collections::BTreeMap, time::SystemTime};

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};

use super::{expiry::Expiry, level::ROOT};
use crate::date::rfc3339;

/// Maximum number of loggers whose level is changed.
pub(super) const MAX_CHANGED: usize = 1_000;

/// Levels of the loggers that have one of their own.
#[derive(Debug)]
pub(super) struct Levels {
    initial: BTreeMap<String, LevelFilter>,
    changed: BTreeMap<String, Changed>,
}

/// Changed level of a logger.
#[derive(Debug, Default)]
struct Changed {
    /// Level until the next change.
    lasting: Option<LevelFilter>,
    /// Level for a time, which hides the lasting one.
    passing: Option<(LevelFilter, Expiry)>,
}

impl Levels {
    pub(super) fn new(initial: BTreeMap<String, LevelFilter>) -> Self {
        Self {
            initial,
            changed: BTreeMap::new(),
        }
    }

    /// Returns the loggers that have a level of their own, some of them twice.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.initial.keys().chain(self.changed.keys());
        names.map(String::as_str)
    }

    pub(super) fn has_room_for(&self, name: &str) -> bool {
        self.changed.len() < MAX_CHANGED || self.changed.contains_key(name)
    }

    /// Changes the level of a logger, for good or until `expiry`. `None` restores the initial level.
    pub(super) fn set(&mut self, name: &str, level: Option<LevelFilter>, expiry: Option<Expiry>) {
        let Some(level) = level else {
            self.changed.remove(name);
            return;
        };
        let changed = self.changed.entry(name.to_owned()).or_default();
        *changed = match expiry {
            Some(expiry) => Changed {
                lasting: changed.lasting,
                passing: Some((level, expiry)),
            },
            None => Changed {
                lasting: Some(level),
                passing: None,
            },
        };
    }

    /// Ends the level that a logger has for a time.
    pub(super) fn expire(&mut self, name: &str) {
        let lasting = self
            .changed
            .remove(name)
            .and_then(|changed| changed.lasting);
        self.set(name, lasting, None);
    }

    /// Returns all levels in tracing's form.
    pub(super) fn targets(&self) -> Targets {
        let named = self.names().filter(|name| *name != ROOT);
        let levels = named.filter_map(|name| Some((name, self.configured(name)?)));
        Targets::new()
            .with_targets(levels)
            .with_default(self.configured(ROOT).unwrap_or(LevelFilter::OFF))
    }

    /// Returns a logger, while `targets` are in force.
    pub(super) fn logger(&self, name: &str, targets: &Targets) -> Logger {
        let configured = self.configured(name);
        let levels = [
            Level::TRACE,
            Level::DEBUG,
            Level::INFO,
            Level::WARN,
            Level::ERROR,
        ];
        let enabled = |level: &Level| targets.would_enable(name, level);
        let effective = match levels.into_iter().find(enabled) {
            _ if name == ROOT => configured.unwrap_or(LevelFilter::OFF),
            Some(level) => level.into(),
            None => LevelFilter::OFF,
        };
        Logger {
            configured,
            effective,
            until: self.expiry(name).map(|expiry| expiry.at),
        }
    }

    fn configured(&self, name: &str) -> Option<LevelFilter> {
        let changed = self.changed.get(name);
        let passing = changed.and_then(|changed| Some(changed.passing.as_ref()?.0));
        let lasting = changed.and_then(|changed| changed.lasting);
        passing.or(lasting).or(self.initial.get(name).copied())
    }

    /// Returns the end of the level that a logger has for a time.
    pub(super) fn expiry(&self, name: &str) -> Option<&Expiry> {
        let (_, expiry) = self.changed.get(name)?.passing.as_ref()?;
        Some(expiry)
    }
}

/// Levels of one logger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Logger {
    pub(super) configured: Option<LevelFilter>,
    pub(super) effective: LevelFilter,
    pub(super) until: Option<SystemTime>,
}

impl Logger {
    pub(super) fn until_text(&self) -> Option<String> {
        rfc3339(self.until?)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn end_before_1970_is_left_out() {
        let logger = |until| Logger {
            configured: None,
            effective: LevelFilter::INFO,
            until: Some(until),
        };
        let epoch = SystemTime::UNIX_EPOCH;
        let second = Duration::from_secs(1);
        assert_eq!(logger(epoch - second).until_text(), None);
        let text = logger(epoch + second).until_text();
        assert_eq!(text.as_deref(), Some("1970-01-01T00:00:01.000Z"));
    }
}
