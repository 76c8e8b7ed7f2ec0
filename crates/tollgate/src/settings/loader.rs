//! Where settings come from, and which of several values is in force.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf};

use super::{
    Settings,
    access::AccessKey,
    environment::{Environment, Process},
    expansion::expand,
    file::{self, InFile, Key, Place},
    found::{Found, Secrets},
    loaded::Entry,
    table::{Accepts, Setting, TABLE},
    value::Value,
};
use crate::{Error, ErrorKind};

/// Says where [`Settings`] come from.
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
    #[cfg(feature = "yaml")]
    file: Option<PathBuf>,
    #[cfg(feature = "dotenv")]
    env_file: Option<PathBuf>,
    #[cfg(feature = "clap")]
    flags: super::Flags,
    process: Process,
    reserved: Vec<String>,
}

impl SettingsLoader {
    /// Looks at every variable with this prefix first: with `AURORA`, at `AURORA_MASTER_KEY` before
    /// `MASTER_KEY`. What the prefixed one says wins.
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

    /// Takes what was set on the command line over all else.
    #[cfg(feature = "clap")]
    pub fn flags(mut self, flags: super::Flags) -> Self {
        self.flags = flags;
        self
    }

    /// Takes these for the variables of the process, for tests.
    pub fn environment<I, N, V>(mut self, variables: I) -> Self
    where
        I: IntoIterator<Item = (N, V)>,
        N: Into<OsString>,
        V: Into<OsString>,
    {
        let variables = variables.into_iter();
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        self.process = Process::Given(variables.collect());
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
        let mut wrong = Vec::new();
        let layers = self.layers(&mut wrong);
        let secrets = layers.secrets();
        let entries = TABLE.iter().map(|setting| {
            let found = strongest(layers.all(setting));
            let entry = Entry::default_of(setting);
            in_force(entry, setting.accepts, &found, &secrets, &mut wrong)
        });
        let entries = entries.collect();
        let access = layers.access().into_iter().map(|(key, layers)| {
            let entry = Entry::unset(key.to_string());
            let found = strongest(layers);
            let entry = in_force(entry, Accepts::Switch, &found, &secrets, &mut wrong);
            (key, entry)
        });
        let settings = Settings {
            access: access.collect(),
            entries,
            reserved: layers.reserved,
        };
        // An endpoint that is wrong in itself is a default by now, which clashes with nothing new.
        wrong.extend(settings.check_reserved(settings.endpoint()).err());
        #[cfg(feature = "push")]
        wrong.extend(settings.push().err());
        Error::all(wrong).map_or(Ok(settings), Err)
    }

    fn layers(self, wrong: &mut Vec<Error>) -> Layers {
        let prefix = self.prefix.as_deref();
        let prefix = prefix.map(|prefix| prefix.trim_end_matches('_').to_owned());
        let environment = Environment {
            process: self.process,
            #[cfg(feature = "dotenv")]
            file: super::dotenv::variables(self.env_file, wrong),
        };
        #[cfg(feature = "yaml")]
        let named = self.file;
        #[cfg(not(feature = "yaml"))]
        let named = None;
        let place = place(named, prefix.as_deref(), &environment);
        Layers {
            in_file: file::read(&place, wrong),
            prefix,
            environment,
            #[cfg(feature = "clap")]
            flags: self.flags,
            reserved: self.reserved,
        }
    }
}

/// Where the settings file is: a variable may say, then code.
fn place(named: Option<PathBuf>, prefix: Option<&str>, environment: &Environment) -> Place {
    let variables = prefix.map(|prefix| format!("{prefix}_CONFIG"));
    let mut variables = variables.into_iter().chain(["TOLLGATE_CONFIG".to_owned()]);
    if let Some(found) = variables.find_map(|name| environment.get(&name)) {
        // A path may be anything, one that is not UTF-8 is not found.
        let path = found.text.unwrap_or_default().into();
        let by = Some(found.origin);
        return Place::Named { path, by };
    }
    if let Some(path) = named {
        return Place::Named { path, by: None };
    }
    let name = prefix.unwrap_or("tollgate").to_ascii_lowercase();
    Place::Default(format!("{name}.yaml").into())
}

/// What all layers say.
struct Layers {
    prefix: Option<String>,
    environment: Environment,
    in_file: Vec<InFile>,
    #[cfg(feature = "clap")]
    flags: super::Flags,
    reserved: Vec<String>,
}

impl Layers {
    /// What each layer says of a setting, the strongest first: several values where it has several
    /// names.
    fn all(&self, setting: &Setting) -> [Vec<Found>; 4] {
        #[cfg(feature = "clap")]
        let flags = self.flags.found(setting);
        #[cfg(not(feature = "clap"))]
        let flags = Vec::new();
        let own = std::iter::once(&setting.variable).chain(setting.other_variables);
        let prefixed = own.clone().chain(setting.prefixed_variables);
        let prefixed = match &self.prefix {
            Some(prefix) => prefixed
                .filter_map(|name| self.environment.get(&format!("{prefix}_{name}")))
                .collect(),
            None => Vec::new(),
        };
        let bare = own.filter_map(|name| self.environment.get(name)).collect();
        let of_setting = |value: &&InFile| value.key == Key::Setting(setting.id);
        let in_file = self.in_file.iter().filter(of_setting);
        let in_file = in_file.filter_map(|value| value.expanded(&self.environment));
        [flags, prefixed, bare, in_file.collect()]
    }

    /// The same for all that is said of endpoints, whatever their ids are.
    fn access(&self) -> BTreeMap<AccessKey, [Vec<Found>; 4]> {
        let mut access = BTreeMap::<_, [Vec<Found>; 4]>::new();
        for name in self.environment.names() {
            let unprefixed = self.prefix.as_ref();
            let unprefixed =
                unprefixed.and_then(|prefix| name.strip_prefix(prefix)?.strip_prefix('_'));
            let (layer, key) = match unprefixed.and_then(AccessKey::of_variable) {
                Some(key) => (1, Some(key)),
                None => (2, AccessKey::of_variable(&name)),
            };
            if let (Some(key), Some(found)) = (key, self.environment.get(&name)) {
                access.entry(key).or_default()[layer].push(found);
            }
        }
        for value in &self.in_file {
            if let (Key::Access(key), Some(found)) = (&value.key, value.expanded(&self.environment))
            {
                access.entry(key.clone()).or_default()[3].push(found);
            }
        }
        access
    }

    /// The values that no message shows.
    fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        let table = TABLE.iter();
        let table = table.map(|setting| (setting.accepts, self.all(setting)));
        let access = self.access().into_values();
        let access = access.map(|layers| (Accepts::Switch, layers));
        for (accepts, layers) in table.chain(access) {
            for found in layers.iter().flatten() {
                for text in found.text.iter().chain(&found.written) {
                    secrets.add_of(accepts, text);
                }
            }
        }
        for written in self.in_file.iter().flat_map(|value| &value.written) {
            // What cannot be expanded is told when it is read.
            let _ = expand(written, |name| {
                let text = self.environment.get(name)?.text.ok()?;
                if name.ends_with("MASTER_KEY") {
                    secrets.add(&text);
                }
                Some(text)
            });
        }
        secrets
    }
}

/// What the strongest layer says that says anything.
fn strongest(layers: [Vec<Found>; 4]) -> Vec<Found> {
    let mut layers = layers.into_iter();
    layers.find(|found| !found.is_empty()).unwrap_or_default()
}

/// Reads what the strongest layer says; the default where it says nothing, or nothing right.
fn in_force(
    mut entry: Entry,
    accepts: Accepts,
    found: &[Found],
    secrets: &Secrets,
    wrong: &mut Vec<Error>,
) -> Entry {
    let mut first: Option<(&Found, Value)> = None;
    for found in found {
        match (found.read(&entry.name, accepts, secrets), &first) {
            (Err(error), _) => wrong.push(error),
            (Ok(value), None) => first = Some((found, value)),
            (Ok(value), Some((earlier, same))) if value.to_string() != same.to_string() => {
                let [one, other] = [earlier, found].map(|found| found.given(accepts, secrets));
                let message = format!(
                    "{}: {one} and {other} say different things: set one of them",
                    entry.name
                );
                wrong.push(Error::new(ErrorKind::Setting, message));
            }
            (Ok(_), Some(_)) => {}
        }
    }
    if let Some((found, value)) = first {
        entry.is_veiled = secrets.are_in(&value.to_string());
        entry.value = Some(value);
        entry.origin = found.origin.clone();
    }
    entry
}
