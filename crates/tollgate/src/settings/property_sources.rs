//! The settings in force, for the management endpoint `env`.

use std::collections::BTreeMap;

use tollgate_management::{EnvironmentEndpoint, PropertySource};

use super::{
    Settings,
    origin::Origin,
    table::{Id, TABLE},
    value::Value,
};

impl Settings {
    /// Returns the settings in force, by their sources.
    pub(crate) fn environment(&self) -> EnvironmentEndpoint {
        let mut sources = BTreeMap::new();
        for (key, entry) in self
            .entries
            .iter()
            .filter(|(_, entry)| entry.value.is_some())
        {
            let name = name(&entry.origin);
            let source = sources.remove(&name);
            let source = source.unwrap_or_else(|| PropertySource::new(name.1.clone()));
            let property = key.to_string();
            let is_secret = entry.is_veiled || key.id.setting().accepts.is_secret();
            let source = if is_secret {
                source.secret(&property)
            } else {
                source.property(&property, entry.json())
            };
            let source = match &entry.origin {
                Origin::Code | Origin::Default => source,
                origin => source.origin(property, origin.to_string()),
            };
            sources.insert(name, source);
        }
        let sources = sources.into_values();
        let environment = sources.fold(EnvironmentEndpoint::new(), EnvironmentEndpoint::source);
        match &self.entry(Id::EnvShow).value {
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
        let mut bare = TABLE.iter();
        let bare = bare.find(|row| row.variables.iter().any(|variable| is_meant(variable)));
        let bare = bare.map_or(name, |row| row.yaml);
        prefixed.map_or_else(|| bare.to_owned(), |(key, _)| key.to_string())
    }
}

/// Returns the rank and the name of a source, the strongest first and files by their names.
fn name(origin: &Origin) -> (u8, String) {
    match origin {
        Origin::Flag(_) => (0, "flags".to_owned()),
        Origin::Variable(_, None) => (1, "environment".to_owned()),
        Origin::Variable(_, Some(line)) => (2, line.path.display().to_string()),
        Origin::File(line) => (3, line.path.display().to_string()),
        Origin::Code => (4, "code".to_owned()),
        Origin::Default => (5, "defaults".to_owned()),
    }
}
