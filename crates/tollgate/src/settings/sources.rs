//! The settings in force, as the management endpoint `env` tells them.

use std::collections::BTreeMap;

use tollgate_management::{Environment, PropertySource};

use super::{
    Settings,
    loaded::Entry,
    origin::Origin,
    table::{Id, TABLE},
    value::Value,
};

/// Where a value comes from: the strongest first, files by their names.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Flags,
    Environment,
    Dotenv(String),
    File(String),
    Code,
    Defaults,
}

impl Settings {
    /// What is in force, layer by layer; of `by_code` what has a value is so as code says.
    pub(crate) fn environment(&self, by_code: &[(Id, Option<String>)]) -> Environment {
        let mut sources = BTreeMap::new();
        for entry in self.all() {
            let by_code = by_code
                .iter()
                .find_map(|(id, value)| value.as_ref().filter(|_| id.setting().yaml == entry.name));
            let layer = match by_code {
                Some(_) => Layer::Code,
                None if entry.value.is_none() => continue,
                None => Layer::of(&entry.origin),
            };
            let source = sources
                .remove(&layer)
                .unwrap_or_else(|| PropertySource::new(layer.name()));
            sources.insert(layer, with(source, entry, by_code));
        }
        let environment = sources
            .into_values()
            .fold(Environment::new(), Environment::source);
        match &self.entries[Id::EnvShow as usize].value {
            Some(Value::Names(names)) => {
                environment.show(names.iter().map(|name| self.meant(name)))
            }
            _ => environment,
        }
    }

    /// The setting that has this for one of its variables, or else the name as it is.
    fn meant<'a>(&'a self, name: &'a str) -> &'a str {
        let is_meant = |variable: &&str| variable.eq_ignore_ascii_case(name);
        let prefixed = self.all().find(|entry| match &entry.origin {
            Origin::Variable { name, .. } => is_meant(&&**name),
            _ => false,
        });
        let bare = TABLE.iter().find(|setting| {
            let mut variables = [&setting.variable]
                .into_iter()
                .chain(setting.other_variables);
            variables.any(is_meant)
        });
        let bare = bare.map(|setting| setting.yaml);
        prefixed.map(|entry| &*entry.name).or(bare).unwrap_or(name)
    }
}

fn with(source: PropertySource, entry: &Entry, by_code: Option<&String>) -> PropertySource {
    let name = &*entry.name;
    let mut secrets = TABLE.iter().filter(|setting| setting.accepts.is_secret());
    let is_secret = entry.is_veiled || secrets.any(|setting| setting.yaml == name);
    let source = match by_code {
        _ if is_secret => source.secret(name),
        Some(value) => source.property(name, value.clone()),
        None => source.property(name, entry.json()),
    };
    match (by_code, &entry.origin) {
        (Some(_), _) | (None, Origin::Default) => source,
        (None, origin) => source.origin(name, origin.to_string()),
    }
}

impl Layer {
    fn of(origin: &Origin) -> Self {
        match origin {
            Origin::Default => Self::Defaults,
            Origin::File(line) => Self::File(line.path.display().to_string()),
            Origin::Variable { line: None, .. } => Self::Environment,
            Origin::Variable {
                line: Some(line), ..
            } => Self::Dotenv(line.path.display().to_string()),
            Origin::Flag(_) => Self::Flags,
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Flags => "flags",
            Self::Environment => "environment",
            Self::Dotenv(path) | Self::File(path) => path,
            Self::Code => "code",
            Self::Defaults => "defaults",
        }
    }
}
