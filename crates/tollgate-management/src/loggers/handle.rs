//! The log levels of an app.

use std::{
    collections::BTreeSet,
    env, fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::task::Id;
use tracing::Subscriber;
use tracing_subscriber::{Layer, filter::Targets, layer::Filter, reload};

use super::{
    change::Change,
    directives,
    expiry::Expiry,
    level,
    levels::{self, Levels, Logger},
    seen::Seen,
    watch::Watch,
};
use crate::{
    BuildError,
    nearest::{LONGEST, nearest},
};

/// Variable that most apps with tracing read.
const VARIABLE: &str = "RUST_LOG";

/// Target of log lines about changes.
const TARGET: &str = "tollgate_management::loggers";

/// Log levels of an app, for its tracing subscriber and for the endpoint `loggers`.
///
/// A logger is a target of tracing: a crate, a module, or the name that an event gives itself. A level
/// applies to all targets that begin with the logger's name, the longest name first, as in [`Targets`];
/// `ROOT` is the logger of all other targets. Clones share the levels.
///
/// A change takes effect at once and costs events nothing: tracing caches its decision for each place
/// that logs, until a change.
///
/// # Examples
///
/// ```
/// use tollgate_management::{Loggers, management_router};
/// use tracing_subscriber::{fmt, layer::SubscriberExt, registry};
///
/// let loggers = Loggers::new("info,shop=debug")?;
/// let subscriber = registry().with(loggers.layer()).with(fmt::layer());
/// # drop(subscriber);
/// let management = management_router().loggers(&loggers).build()?;
/// # Ok::<(), tollgate_management::BuildError>(())
/// ```
#[derive(Clone)]
pub struct Loggers {
    seen: Arc<Seen>,
    in_force: Arc<Mutex<InForce>>,
}

/// Levels, and the layers that apply them.
struct InForce {
    levels: Levels,
    layers: Vec<Reload>,
}

/// Function that hands new levels to a layer, and returns whether the layer still exists.
type Reload = Box<dyn Fn(&Targets) -> bool + Send + Sync>;

impl Loggers {
    /// Starts with the levels of `directives`: `info,shop=debug,shop::cart=trace`. Other targets are off.
    ///
    /// # Errors
    ///
    /// If a directive cannot be read, or names spans or fields, which have no levels.
    pub fn new(directives: &str) -> Result<Self, BuildError> {
        let in_force = InForce {
            levels: Levels::new(directives::read(directives)?),
            layers: Vec::new(),
        };
        Ok(Self {
            seen: Arc::default(),
            in_force: Arc::new(Mutex::new(in_force)),
        })
    }

    /// Starts with the levels of the variable `RUST_LOG`, or of `default` if it is unset or empty.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new). The message names the variable.
    pub fn from_env(default: &str) -> Result<Self, BuildError> {
        match env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
            Some(value) => Self::new(&value.to_string_lossy())
                .map_err(|e| BuildError::new(format!("{VARIABLE}: {e}"))),
            None => Self::new(default),
        }
    }

    /// Adds targets that are known before they log, such as a crate that logs nothing at the initial
    /// levels: tracing reports a place that logs only once its level is on.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_management::Loggers;
    ///
    /// let loggers = Loggers::from_env("info")?.known([env!("CARGO_CRATE_NAME"), "hyper", "sqlx"]);
    /// # Ok::<(), tollgate_management::BuildError>(())
    /// ```
    #[must_use]
    pub fn known(self, targets: impl IntoIterator<Item = &'static str>) -> Self {
        for target in targets {
            self.seen.note(target);
        }
        self
    }

    /// Returns the levels as a layer for a whole subscriber, or as a filter of one of its layers
    /// ([`with_filter`](tracing_subscriber::Layer::with_filter)).
    ///
    /// Install the subscriber for the whole process: a change re-evaluates only the subscriber of the
    /// thread that makes it.
    pub fn layer<S: Subscriber>(&self) -> impl Layer<S> + Filter<S> + use<S> {
        let mut in_force = lock(&self.in_force);
        let watch = Watch {
            targets: in_force.levels.targets(),
            seen: Arc::clone(&self.seen),
        };
        let (layer, handle) = reload::Layer::<Watch, S>::new(watch);
        in_force.layers.push(Box::new(move |targets| {
            let reloaded = handle.modify(|watch| watch.targets = targets.clone());
            reloaded.is_ok()
        }));
        layer
    }

    /// Returns all known loggers: the root, configured ones, targets that logged, and their modules and
    /// crates.
    pub(super) fn list(&self) -> Vec<(String, Logger)> {
        let levels = &lock(&self.in_force).levels;
        let targets = levels.targets();
        let names = self.names(levels).into_iter();
        names
            .map(|name| {
                let logger = levels.logger(&name, &targets);
                (name, logger)
            })
            .collect()
    }

    /// Returns a logger.
    ///
    /// # Errors
    ///
    /// If the app cannot have such a logger.
    pub(super) fn get(&self, name: &str) -> Result<Logger, String> {
        let levels = &lock(&self.in_force).levels;
        check_name(name, &self.names(levels))?;
        Ok(levels.logger(name, &levels.targets()))
    }

    /// Changes the level of a logger. `by` is the name of the caller's key.
    ///
    /// # Errors
    ///
    /// If the app cannot have such a logger, or if too many have a level of their own.
    pub(super) fn set(&self, name: &str, change: Change, by: Option<&str>) -> Result<(), String> {
        let mut in_force = lock(&self.in_force);
        check_name(name, &self.names(&in_force.levels))?;
        if !in_force.levels.has_room_for(name) {
            return Err(format!(
                "{} loggers have a level of their own already: reset one with null",
                levels::MAX_CHANGED
            ));
        }
        let expiry = change.lasting.map(|lasting| {
            let in_force = Arc::downgrade(&self.in_force);
            let name = name.to_owned();
            Expiry::start(lasting, move |id| {
                if let Some(in_force) = in_force.upgrade() {
                    lock(&in_force).expire(&name, id);
                }
            })
        });
        in_force.change(name, by, |levels| levels.set(name, change.level, expiry));
        Ok(())
    }

    /// Returns the names of all known loggers.
    fn names(&self, levels: &Levels) -> BTreeSet<String> {
        let mut names = self.seen.names();
        names.extend(levels.names().map(str::to_owned));
        names
    }
}

fn lock(in_force: &Mutex<InForce>) -> MutexGuard<'_, InForce> {
    in_force.lock().unwrap_or_else(PoisonError::into_inner)
}

impl InForce {
    /// Ends a level that was set for a time, unless another change replaced it.
    fn expire(&mut self, name: &str, id: Id) {
        let expiry = self.levels.expiry(name);
        if expiry.is_some_and(|expiry| expiry.id() == id) {
            self.change(name, Some("expiry"), |levels| levels.expire(name));
        }
    }

    /// Changes levels, applies and logs them.
    ///
    /// The line is logged first if the new levels would drop it.
    fn change(&mut self, name: &str, by: Option<&str>, change: impl FnOnce(&mut Levels)) {
        let before = self.levels.logger(name, &self.levels.targets());
        change(&mut self.levels);
        let targets = self.levels.targets();
        let after = self.levels.logger(name, &targets);
        let log = || {
            tracing::info!(
                target: TARGET,
                logger = name,
                from = level::name(before.configured),
                to = level::name(after.configured),
                until = after.until_text(),
                by,
                "log level changed",
            );
        };
        let logs_after = targets.would_enable(TARGET, &tracing::Level::INFO);
        if !logs_after {
            log();
        }
        self.layers.retain(|reload| reload(&targets));
        if logs_after {
            log();
        }
    }
}

impl fmt::Debug for Loggers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loggers").finish_non_exhaustive()
    }
}

/// Checks that a logger is known, or is a module of a known crate, which may not have logged yet.
fn check_name(name: &str, known: &BTreeSet<String>) -> Result<(), String> {
    if known.contains(name) {
        return Ok(());
    }
    if name.len() > LONGEST {
        return Err("there is no logger with a name that long".to_owned());
    }
    let crates: BTreeSet<_> = known.iter().filter_map(|name| first(name)).collect();
    let is_module =
        first(name).is_some_and(|first| crates.contains(first)) && name.split("::").all(is_plain);
    if is_module {
        return Ok(());
    }
    let advice = match nearest(name, crates.iter().copied(), 1)[..] {
        [nearest] => format!("write {nearest:?} if that is meant; "),
        _ => String::new(),
    };
    let accepted = Vec::from_iter(crates).join(", ");
    Err(format!(
        "there is no logger {name:?}: {advice}accepted are {accepted}, and their modules after ::"
    ))
}

/// Returns the crate of a target.
fn first(name: &str) -> Option<&str> {
    name.split("::").next()
}

/// Returns whether the name of a module may be so.
fn is_plain(part: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    !part.is_empty() && part.bytes().all(plain)
}

#[cfg(test)]
mod tests;
