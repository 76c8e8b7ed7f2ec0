//! The settings in force, for the management endpoint `env`.

use std::collections::BTreeMap;

use tollgate_management::{Environment, PropertySource};

use super::{
    Settings,
    key::Key,
    origin::Origin,
    parsed::Entry,
    table::{Id, TABLE},
    value::Value,
};

/// The name of a property source. The strongest comes first, files by their names.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SourceName {
    Flags,
    Environment,
    Dotenv(String),
    File(String),
    Code,
    Defaults,
}

impl Settings {
    /// Returns the settings in force, by their sources.
    pub(crate) fn environment(&self) -> Environment {
        let mut sources = BTreeMap::new();
        let set = self.entries.iter();
        for (key, entry) in set.filter(|(_, entry)| entry.value.is_some()) {
            let name = SourceName::of(&entry.origin);
            let source = sources.remove(&name);
            let source = source.unwrap_or_else(|| PropertySource::new(name.as_str()));
            sources.insert(name, with(source, key, entry));
        }
        let environment = sources
            .into_values()
            .fold(Environment::new(), Environment::source);
        match self.value(Id::EnvShow) {
            Some(Value::Names(names)) => {
                environment.show(names.iter().map(|name| self.meant(name)))
            }
            _ => environment,
        }
    }

    /// Returns the setting that has this for one of its variables, or else the name as it is.
    fn meant(&self, name: &str) -> String {
        let is_meant = |variable: &str| variable.eq_ignore_ascii_case(name);
        let prefixed = self.entries.iter().find(|(_, entry)| match &entry.origin {
            Origin::Variable(variable, _) => is_meant(variable),
            _ => false,
        });
        let bare = || {
            TABLE
                .iter()
                .find(|setting| setting.variables().any(is_meant))
        };
        prefixed
            .map(|(key, _)| key.to_string())
            .or_else(|| bare().map(|setting| setting.yaml.to_owned()))
            .unwrap_or_else(|| name.to_owned())
    }
}

fn with(source: PropertySource, key: &Key, entry: &Entry) -> PropertySource {
    let name = key.to_string();
    let source = if entry.is_veiled || key.accepts().is_secret() {
        source.secret(&name)
    } else {
        source.property(&name, entry.json())
    };
    match &entry.origin {
        Origin::Code | Origin::Default => source,
        origin => source.origin(name, origin.to_string()),
    }
}

impl SourceName {
    fn of(origin: &Origin) -> Self {
        match origin {
            Origin::Default => Self::Defaults,
            Origin::Code => Self::Code,
            Origin::File(line) => Self::File(line.path.display().to_string()),
            Origin::Variable(_, None) => Self::Environment,
            Origin::Variable(_, Some(line)) => Self::Dotenv(line.path.display().to_string()),
            Origin::Flag(_) => Self::Flags,
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Flags => "flags",
            Self::Environment => "environment",
            Self::Dotenv(path) | Self::File(path) => path,
            Self::Code => "code",
            Self::Defaults => "defaults",
        }
    }
}
