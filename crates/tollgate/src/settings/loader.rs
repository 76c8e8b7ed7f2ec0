//! The sources that settings are loaded from.

use std::{ffi::OsString, path::PathBuf};

use super::{
    Settings, file::SourceFile, key::Key, parsed::Entry, sources::Sources, table::TABLE,
    variables::Variables,
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
    #[cfg(feature = "clap")]
    flags: super::Flags,
    variables: Variables,
    reserved: Vec<String>,
}

impl Settings {
    /// Loads the settings of all layers but flags, the weakest first: defaults, `tollgate.yaml` in
    /// the working directory, the environment, which `.env` feeds.
    ///
    /// # Errors
    ///
    /// If a value is not accepted, a file cannot be read or has a key that is not known. The
    /// message has a line for each: the setting, where its value comes from, the value (never a
    /// key) and what is accepted.
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
        self.flags = flags;
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
    pub fn load(mut self) -> Result<Settings, Error> {
        let mut wrong = Vec::new();
        let reserved = std::mem::take(&mut self.reserved);
        let (mut found, secrets) = self.read(&mut wrong).found();
        for row in TABLE.iter().filter(|row| !row.is_of_endpoints()) {
            found.entry(Key::from(row.id)).or_default();
        }
        let entries = found.into_iter().map(|(key, found)| {
            let entry = Entry::parse(&key, &found, &secrets, &mut wrong);
            (key, entry)
        });
        let entries = entries.collect();
        let settings = Settings { entries, reserved };
        // A wrong endpoint is the default by now, which clashes with nothing new.
        wrong.extend(settings.check_reserved().err());
        #[cfg(feature = "push")]
        wrong.extend(settings.push().err());
        Error::all(wrong).map_or(Ok(settings), Err)
    }

    /// Reads all sources.
    fn read(mut self, wrong: &mut Vec<Error>) -> Sources {
        let prefix = self.prefix.as_deref();
        let prefix = prefix.map(|prefix| format!("{}_", prefix.trim_end_matches('_')));
        #[cfg(feature = "dotenv")]
        {
            let file = SourceFile::new(self.env_file, ".env");
            let text = file.read();
            match text.and_then(|text| super::dotenv::read(&file.path, &text)) {
                Ok(variables) => self.variables.file = variables,
                Err(error) => wrong.push(error),
            }
        }
        let file = settings_file(self.file, prefix.as_deref(), &self.variables);
        #[cfg(feature = "yaml")]
        let in_file = match file.read() {
            Ok(text) => super::yaml::read(&file.path, &text, wrong),
            Err(error) => {
                wrong.push(error);
                Vec::new()
            }
        };
        #[cfg(not(feature = "yaml"))]
        let in_file = {
            wrong.extend(file.refused());
            Vec::new()
        };
        Sources {
            #[cfg(feature = "clap")]
            flags: self.flags.given,
            #[cfg(not(feature = "clap"))]
            flags: Default::default(),
            prefix,
            variables: self.variables,
            in_file,
        }
    }
}

/// The settings file: named by a variable, or else by code.
fn settings_file(
    named: Option<PathBuf>,
    prefix: Option<&str>,
    variables: &Variables,
) -> SourceFile {
    let names = prefix.map(|prefix| format!("{prefix}CONFIG"));
    let mut names = names.into_iter().chain(["TOLLGATE_CONFIG".to_owned()]);
    if let Some(found) = names.find_map(|name| variables.get(&name)) {
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
