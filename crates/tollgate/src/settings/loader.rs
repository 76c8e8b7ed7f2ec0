//! The sources that settings are loaded from.

use std::{collections::HashMap, ffi::OsString, path::PathBuf};

use super::{
    Settings, file::SourceFile, parsed::Entry, sources::Sources, table::Id, variables::Variables,
};
use crate::Error;

/// A loader of [`Settings`], which is told the sources.
///
/// # Examples
///
/// ```
/// use tollgate::Settings;
///
/// let settings = Settings::loader()
///     .prefix("AURORA")
///     .environment([("AURORA_METRICS_ENABLED", "yes"), ("METRICS_ENDPOINT", "/internal")])
///     .load()?;
///
/// assert!(settings.enabled());
/// assert_eq!(settings.endpoint(), "/internal");
/// # Ok::<(), tollgate::Error>(())
/// ```
#[derive(Debug, Default)]
#[must_use = "a loader does nothing until it loads"]
pub struct SettingsLoader {
    prefix: Option<String>,
    file: Option<PathBuf>,
    env_file: Option<PathBuf>,
    flags: HashMap<&'static str, String>,
    variables: Variables,
    reserved: Vec<String>,
}

impl Settings {
    /// Loads the settings of all layers but flags, the weakest first: defaults, `tollgate.yaml` in
    /// the working directory, the environment, which `.env` feeds.
    ///
    /// # Errors
    ///
    /// If metrics are enabled, and a value is not accepted, a file cannot be read or has a key that is not
    /// known. The message has a line for each: the setting, where its value comes from, the value (never a
    /// key) and what is accepted. Unless metrics are enabled a wrong value is an error for whoever uses
    /// it: a suite that code enables, [`port`](Self::port).
    pub fn load() -> Result<Self, Error> {
        Self::loader().load()
    }

    /// Loads the settings as [`load`](Self::load) does, for an application with a prefix: of
    /// `METRICS_ENABLED`, it looks at `AURORA_METRICS_ENABLED` first; the file is `aurora.yaml`.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn load_with_prefix(prefix: &str) -> Result<Self, Error> {
        Self::loader().prefix(prefix).load()
    }

    /// Starts to say where settings come from.
    pub fn loader() -> SettingsLoader {
        SettingsLoader::default()
    }
}

impl SettingsLoader {
    /// Looks up every variable with this prefix first: with `AURORA`, `AURORA_MASTER_KEY` before
    /// `MASTER_KEY`. The prefixed variable wins.
    ///
    /// The file is then `aurora.yaml` unless named, and `AURORA_CONFIG` may name it.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// Reads this file, which must be there, unless the variable `TOLLGATE_CONFIG` names another.
    #[cfg(feature = "yaml")]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Some(path.into());
        self
    }

    /// Reads variables from this file, which must be there, instead of from `.env`, which need not.
    /// Those of the process win over them; the environment of the process stays as it is.
    #[cfg(feature = "dotenv")]
    pub fn env_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.env_file = Some(path.into());
        self
    }

    /// Applies the flags of the command line, which win over all other sources.
    #[cfg(feature = "clap")]
    pub fn flags(mut self, flags: super::Flags) -> Self {
        self.flags = flags.given;
        self
    }

    /// Reads these variables instead of those of the process, for tests.
    pub fn environment<I, N, V>(mut self, variables: I) -> Self
    where
        I: IntoIterator<Item = (N, V)>,
        N: Into<OsString>,
        V: Into<OsString>,
    {
        let variables = variables.into_iter();
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        self.variables.given = Some(variables.collect());
        self
    }

    /// Refuses an endpoint at this path or below it.
    pub fn reserve(mut self, prefix: impl Into<String>) -> Self {
        self.reserved.push(prefix.into());
        self
    }

    /// Loads the settings.
    ///
    /// # Errors
    ///
    /// As [`Settings::load`].
    pub fn load(self) -> Result<Settings, Error> {
        let mut settings = Settings::default();
        settings.reserved.clone_from(&self.reserved);
        let (mut unread, mut wrong) = (Vec::new(), Vec::new());
        let values = self.read(&mut unread).values();
        for (key, found) in values.found {
            let entry = Entry::parse(&key, &found, &values.secrets, &mut wrong);
            settings.entries.extend(entry.map(|entry| (key, entry)));
        }
        settings.notes = values.notes;
        // A wrong endpoint is the default by now, which clashes with nothing new.
        let reserved = settings.check_reserved().err();
        wrong.extend(reserved.map(|error| (Id::Endpoint, error)));
        #[cfg(feature = "push")]
        wrong.extend(settings.push().err().map(|error| (Id::PushJob, error)));
        // Nobody knows what a source says that cannot be read, unless a stronger one says no.
        if settings.enabled() || !settings.sets(Id::Enabled) {
            let unread = unread.into_iter().map(|error| (Id::Enabled, error));
            settings.wrong.extend(unread);
        }
        settings.wrong.append(&mut wrong);
        if settings.enabled() || settings.wrong.iter().any(|(id, _)| *id == Id::Enabled) {
            let judged = settings.judge(|id| !id.is_of_the_app());
            judged.inspect_err(|_| settings.log_notes())?;
        }
        Ok(settings)
    }

    /// Reads all sources.
    fn read(self, wrong: &mut Vec<Error>) -> Sources {
        let prefix = self.prefix.as_deref();
        let prefix = prefix.map(|prefix| format!("{}_", prefix.trim_end_matches('_')));
        let variables = Variables {
            #[cfg(feature = "dotenv")]
            file: or_default(super::dotenv::load(self.env_file), wrong),
            ..self.variables
        };
        let file = settings_file(self.file, prefix.as_deref(), &variables);
        #[cfg(feature = "yaml")]
        let in_file = {
            let text = or_default(file.read(), wrong);
            let mut in_file = Vec::new();
            let found = super::yaml::read(&file.path, &text, &mut in_file);
            wrong.extend(in_file.into_iter().map(|error| match &file.by {
                Some(origin) => {
                    let message = format!("{error}; {origin} names this file: let it name another");
                    error.with_message(message)
                }
                None => error,
            }));
            found
        };
        #[cfg(not(feature = "yaml"))]
        let in_file = or_default(file.refuse(), wrong);
        Sources {
            flags: self.flags,
            prefix,
            variables,
            in_file,
        }
    }
}

fn or_default<T: Default>(result: Result<T, Error>, wrong: &mut Vec<Error>) -> T {
    result.unwrap_or_else(|error| {
        wrong.push(error);
        T::default()
    })
}

/// The settings file: named by a variable, or else by code.
fn settings_file(
    named: Option<PathBuf>,
    prefix: Option<&str>,
    variables: &Variables,
) -> SourceFile {
    let prefixed = prefix.and_then(|prefix| variables.get(&format!("{prefix}CONFIG")));
    if let Some(found) = prefixed.or_else(|| variables.get("TOLLGATE_CONFIG")) {
        return SourceFile {
            // A path that is not UTF-8 is not found.
            path: found.text.unwrap_or_default().into(),
            is_named: true,
            by: Some(found.origin),
        };
    }
    let name = prefix.unwrap_or("tollgate").trim_end_matches('_');
    SourceFile::new(named, &format!("{}.yaml", name.to_ascii_lowercase()))
}
