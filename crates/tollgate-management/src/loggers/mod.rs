//! Log levels of tracing's targets, read and changed while the app runs.

mod change;
mod directives;
mod endpoint;
mod expiry;
mod level;
mod levels;
mod seen;
mod watch;

use std::{
    collections::BTreeSet,
    env, fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tracing::Subscriber;
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::Filter,
    reload,
};

use self::{change::Refusal, expiry::Expiry, levels::Levels, seen::Seen, watch::Watch};
use crate::{
    ManagementError,
    date::rfc3339,
    nearest::{LONGEST, nearest},
};

/// The logger of whatever no other one names.
const ROOT: &str = "ROOT";

/// The variable that most apps of tracing read.
const VARIABLE: &str = "RUST_LOG";

/// The log levels of an app, for its tracing subscriber and for the endpoint `loggers`.
///
/// A logger is a target of tracing: a crate, a module, or what an event names itself. A level holds
/// for all targets that begin with the logger's name, the longest name first, as in
/// [`Targets`]; `ROOT` is the logger of all others. Clones share the levels.
///
/// A change acts at once and costs events nothing: tracing asks once for each place that logs, and
/// again after a change.
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
/// # Ok::<(), tollgate_management::ManagementError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Loggers {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    seen: Arc<Seen>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    levels: Levels,
    layers: Vec<Reload>,
}

/// Hands new levels to a layer, unless it is gone.
struct Reload(Box<dyn Fn(&Targets) -> bool + Send + Sync>);

/// One logger, as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Logger {
    configured: Option<LevelFilter>,
    effective: LevelFilter,
    until: Option<SystemTime>,
}

impl Loggers {
    /// Starts with the levels of `directives`: `info,shop=debug,shop::cart=trace`. What none of them
    /// names is off.
    ///
    /// # Errors
    ///
    /// If a directive cannot be read, or is about spans or fields, which no level tells.
    pub fn new(directives: &str) -> Result<Self, ManagementError> {
        let levels = Levels::new(directives::read(directives)?);
        Ok(Self {
            shared: Arc::new(Shared {
                seen: Arc::default(),
                state: Mutex::new(State {
                    levels,
                    layers: Vec::new(),
                }),
            }),
        })
    }

    /// Starts with the levels of the variable `RUST_LOG`, or of `default` if it is unset or empty.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new); the message names the variable.
    pub fn from_env(default: &str) -> Result<Self, ManagementError> {
        match env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
            Some(value) => Self::new(&value.to_string_lossy()).map_err(|e| e.within(VARIABLE)),
            None => Self::new(default),
        }
    }

    /// Names targets that are known before they log, such as a crate that logs nothing at the levels
    /// of the start: tracing tells of a place that logs once its level is on.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_management::Loggers;
    ///
    /// let loggers = Loggers::from_env("info")?.known([env!("CARGO_CRATE_NAME"), "hyper", "sqlx"]);
    /// # Ok::<(), tollgate_management::ManagementError>(())
    /// ```
    #[must_use]
    pub fn known(self, targets: impl IntoIterator<Item = &'static str>) -> Self {
        for target in targets {
            self.shared.seen.note(target);
        }
        self
    }

    /// The levels as a layer of a subscriber, for all its layers, or as a filter of one of them
    /// ([`with_filter`](tracing_subscriber::Layer::with_filter)).
    ///
    /// The subscriber is to be that of the whole process: a change that a thread makes which has
    /// another one, or none, asks only that one what is to be logged.
    pub fn layer<S: Subscriber>(&self) -> impl Layer<S> + Filter<S> + use<S> {
        let mut state = self.shared.state();
        let watch = Watch {
            targets: state.levels.targets(),
            seen: Arc::clone(&self.shared.seen),
        };
        let (layer, handle) = reload::Layer::<Watch, S>::new(watch);
        state.layers.push(Reload(Box::new(move |targets| {
            let reloaded = handle.modify(|watch| watch.targets = targets.clone());
            reloaded.is_ok()
        })));
        layer
    }

    /// All loggers that are known: the root, the configured ones, the targets that have come by and
    /// the modules and crates that these are in.
    fn list(&self) -> Vec<(String, Logger)> {
        let state = self.shared.state();
        let targets = state.levels.targets();
        let mut names = self.shared.seen.names();
        names.extend(state.levels.names().map(str::to_owned));
        names
            .into_iter()
            .map(|name| {
                let logger = state.levels.logger(&name, &targets);
                (name, logger)
            })
            .collect()
    }

    /// # Errors
    ///
    /// If it cannot be any logger of the app.
    fn get(&self, name: &str) -> Result<Logger, Refusal> {
        self.check_name(name)?;
        let state = self.shared.state();
        Ok(state.levels.logger(name, &state.levels.targets()))
    }

    /// Sets the level of a logger for good or for a time, or resets it to that of the start.
    ///
    /// # Errors
    ///
    /// If it cannot be any logger of the app, or too many have a level of their own.
    fn set(
        &self,
        name: &str,
        level: Option<LevelFilter>,
        lasting: Option<Duration>,
        by: Option<&str>,
    ) -> Result<(), Refusal> {
        self.check_name(name)?;
        let mut state = self.shared.state();
        if !state.levels.has_room_for(name) {
            return Err(Refusal(format!(
                "{} loggers have a level of their own already: reset one with null",
                levels::MOST
            )));
        }
        let expiry = lasting.map(|lasting| Expiry::start(&self.shared, name, lasting));
        state.change(name, by, |levels| levels.set(name, level, expiry));
        Ok(())
    }

    /// A module is known by its crate: it need not have logged yet.
    fn check_name(&self, name: &str) -> Result<(), Refusal> {
        let mut known = self.shared.seen.names();
        known.extend(self.shared.state().levels.names().map(str::to_owned));
        if known.contains(name) {
            return Ok(());
        }
        if name.len() > LONGEST {
            return Err(Refusal("there is no logger with a name that long".into()));
        }
        let crates: BTreeSet<_> = known.iter().filter_map(|name| first(name)).collect();
        let is_module = first(name).is_some_and(|first| crates.contains(first))
            && name.split("::").all(is_plain);
        if is_module {
            return Ok(());
        }
        let meant = match nearest(name, crates.iter().copied(), 1)[..] {
            [nearest] => format!("write {nearest:?} if that is meant; "),
            _ => String::new(),
        };
        let accepted = Vec::from_iter(crates).join(", ");
        Err(Refusal(format!(
            "there is no logger {name:?}: {meant}accepted are {accepted}, and their modules after ::"
        )))
    }
}

/// The crate of a target.
fn first(name: &str) -> Option<&str> {
    name.split("::").next()
}

/// Whether it is a part of a path of modules.
fn is_plain(part: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    !part.is_empty() && part.bytes().all(plain)
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends what was to last until then, unless another change came in between.
    fn expire(&self, name: &str, expiry: u64) {
        let mut state = self.state();
        if state.levels.last_until(name, expiry) {
            state.change(name, Some("expiry"), |levels| levels.expire(name));
        }
    }
}

impl Logger {
    fn until_text(&self) -> Option<String> {
        rfc3339(self.until?)
    }
}

impl fmt::Debug for Reload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reload")
    }
}

impl State {
    /// Changes levels, acts on it, and says so: before it acts, if that could not be read after.
    fn change(&mut self, name: &str, by: Option<&str>, change: impl FnOnce(&mut Levels)) {
        let before = self.levels.logger(name, &self.levels.targets());
        change(&mut self.levels);
        let targets = self.levels.targets();
        let after = self.levels.logger(name, &targets);
        let tell = || {
            tracing::info!(
                logger = name,
                from = level::name(before.configured),
                to = level::name(after.configured),
                until = after.until_text(),
                by,
                "log level changed",
            );
        };
        let tells_after = targets.would_enable(module_path!(), &tracing::Level::INFO);
        if !tells_after {
            tell();
        }
        self.layers.retain(|Reload(reload)| reload(&targets));
        if tells_after {
            tell();
        }
    }
}

#[cfg(test)]
mod tests;
