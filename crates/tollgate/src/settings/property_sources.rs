//! The settings in force, for the management endpoint `env`.

use std::collections::BTreeMap;

use tollgate_management::{ManagementBuilder, PropertySource};

use super::{
    Settings,
    origin::Origin,
    table::{Id, TABLE},
    value::Value,
};

impl Settings {
    /// Adds the settings in force, by their sources, to these endpoints.
    pub(crate) fn add_environment(&self, endpoints: ManagementBuilder) -> ManagementBuilder {
        let mut sources = BTreeMap::new();
        for (key, entry) in &self.entries {
            if entry.value.is_none() {
                continue;
            }
            let (rank, name) = name(&entry.origin);
            let new = || PropertySource::new(&*name);
            let source = sources.remove(&(rank, name.clone())).unwrap_or_else(new);
            let property = key.to_string();
            let source = if entry.is_veiled || key.id.setting().accepts.is_secret() {
                source.secret(&property)
            } else {
                source.property(&property, entry.json())
            };
            let source = match &entry.origin {
                Origin::Code | Origin::Default => source,
                origin => source.origin(property, origin.to_string()),
            };
            sources.insert((rank, name), source);
        }
        let endpoints = endpoints.environment(sources.into_values());
        match &self.entry(Id::EnvShow).value {
            Some(Value::Names(names)) => {
                endpoints.show_properties(names.iter().map(|name| self.meant(name)))
            }
            _ => endpoints,
        }
    }

    /// Returns the setting that has this for one of its variables, or else the name as it is.
    fn meant(&self, name: &str) -> String {
        let is_meant = |variable: &str| variable.eq_ignore_ascii_case(name);
        let prefixed = self.entries.iter().find(|(_, entry)| match &entry.origin {
            Origin::Variable(variable, _) => is_meant(variable),
            _ => false,
        });
        if let Some((key, _)) = prefixed {
            return key.to_string();
        }
        let mut bare = TABLE.iter();
        let bare = bare.find(|row| row.variables.iter().any(|variable| is_meant(variable)));
        bare.map_or(name, |row| row.yaml).to_owned()
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
