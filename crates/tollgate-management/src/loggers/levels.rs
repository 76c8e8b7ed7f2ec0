//! Which logger has which level.

use std::collections::BTreeMap;

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};

use super::{Logger, ROOT, expiry::Expiry};

/// How many loggers may be told a level.
pub(super) const MOST: usize = 1_000;

/// The levels of the loggers that have one of their own.
#[derive(Debug)]
pub(super) struct Levels {
    start: BTreeMap<String, LevelFilter>,
    told: BTreeMap<String, Told>,
}

/// What a logger was told since the start.
#[derive(Debug, Default)]
struct Told {
    /// Until it is told something else.
    lasting: Option<LevelFilter>,
    /// Over it, while it lasts.
    passing: Option<(LevelFilter, Expiry)>,
}

impl Levels {
    pub(super) fn new(start: BTreeMap<String, LevelFilter>) -> Self {
        Self {
            start,
            told: BTreeMap::new(),
        }
    }

    /// The loggers that have a level of their own, some of them twice.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.start
            .keys()
            .chain(self.told.keys())
            .map(String::as_str)
    }

    pub(super) fn has_room_for(&self, name: &str) -> bool {
        self.told.len() < MOST || self.told.contains_key(name)
    }

    /// Tells a logger its level, for good or while `expiry` lasts; none is that of the start.
    pub(super) fn set(&mut self, name: &str, level: Option<LevelFilter>, expiry: Option<Expiry>) {
        let Some(level) = level else {
            self.told.remove(name);
            return;
        };
        let told = self.told.entry(name.to_owned()).or_default();
        *told = match expiry {
            Some(expiry) => Told {
                lasting: told.lasting,
                passing: Some((level, expiry)),
            },
            None => Told {
                lasting: Some(level),
                passing: None,
            },
        };
    }

    /// Whether a logger's level is the one that this expiry ends.
    pub(super) fn last_until(&self, name: &str, id: u64) -> bool {
        let passing = self.told.get(name).and_then(|told| told.passing.as_ref());
        passing.is_some_and(|(_, expiry)| expiry.id() == id)
    }

    /// Ends what a logger was told for a time.
    pub(super) fn expire(&mut self, name: &str) {
        let lasting = self.told.remove(name).and_then(|told| told.lasting);
        self.set(name, lasting, None);
    }

    /// All levels, as tracing asks for them.
    pub(super) fn targets(&self) -> Targets {
        let named = self.names().filter(|name| *name != ROOT);
        let levels = named.filter_map(|name| Some((name, self.configured(name)?)));
        Targets::new()
            .with_targets(levels)
            .with_default(self.configured(ROOT).unwrap_or(LevelFilter::OFF))
    }

    /// A logger as it is where `targets` are in force.
    pub(super) fn logger(&self, name: &str, targets: &Targets) -> Logger {
        let configured = self.configured(name);
        let passing = self.told.get(name).and_then(|told| told.passing.as_ref());
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
            until: passing.map(|(_, expiry)| expiry.at()),
        }
    }

    fn configured(&self, name: &str) -> Option<LevelFilter> {
        let told = self.told.get(name);
        let passing = told.and_then(|told| Some(told.passing.as_ref()?.0));
        let lasting = told.and_then(|told| told.lasting);
        passing.or(lasting).or(self.start.get(name).copied())
    }
}
