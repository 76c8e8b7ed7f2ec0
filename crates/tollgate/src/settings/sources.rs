//! All sources together: flags, variables and the file.

use std::{borrow::Cow, collections::BTreeMap, collections::HashMap};

use super::{
    expansion::expand,
    found::{Found, InFile, Secrets},
    key::{AccessKey, Key},
    origin::Origin,
    table::TABLE,
    variables::Variables,
};

/// The layers of sources, the strongest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Flags,
    Prefixed,
    Bare,
    File,
}

/// The sources of settings, each read.
pub(super) struct Sources {
    pub(super) flags: HashMap<&'static str, String>,
    pub(super) prefix: Option<String>,
    pub(super) variables: Variables,
    pub(super) in_file: Vec<InFile>,
}

impl Sources {
    /// Finds the values of each setting in the strongest layer that has any. A layer has several
    /// where a setting has several names.
    pub(super) fn found(&self) -> (BTreeMap<Key, Vec<Found>>, Secrets) {
        let mut secrets = Secrets::default();
        let mut layers: BTreeMap<(Key, Layer), Vec<Found>> = BTreeMap::new();
        let mut add = |key: &Key, layer, found: Option<Found>| {
            if let Some(found) = found {
                secrets.add_of(key.accepts(), &found);
                layers.entry((key.clone(), layer)).or_default().push(found);
            }
        };
        for setting in TABLE {
            let key = Key::Setting(setting.id);
            for &flag in setting.flags {
                let value = self.flags.get(flag);
                let found = value.map(|value| Found::text(Origin::Flag(flag), value.clone()));
                add(&key, Layer::Flags, found);
            }
            let only_prefixed = setting.prefixed_variables.iter().copied();
            for name in setting.variables().chain(only_prefixed) {
                let prefix = self.prefix.as_ref();
                let found =
                    prefix.and_then(|prefix| self.variables.get(&format!("{prefix}_{name}")));
                add(&key, Layer::Prefixed, found);
            }
            for name in setting.variables() {
                add(&key, Layer::Bare, self.variables.get(name));
            }
        }
        for name in self.variables.names() {
            let prefix = self.prefix.as_ref();
            let rest = prefix.and_then(|prefix| name.strip_prefix(prefix)?.strip_prefix('_'));
            let (layer, key) = match rest.and_then(AccessKey::of_variable) {
                Some(key) => (Layer::Prefixed, Some(key)),
                None => (Layer::Bare, AccessKey::of_variable(&name)),
            };
            if let Some(key) = key {
                add(&Key::Access(key), layer, self.variables.get(&name));
            }
        }
        let mut referenced = Vec::new();
        for value in &self.in_file {
            add(
                &value.key,
                Layer::File,
                self.expanded(value, &mut referenced),
            );
        }
        for secret in referenced {
            secrets.add(&secret);
        }
        // The first layer of each setting is the strongest.
        let mut strongest = BTreeMap::new();
        for ((key, _), found) in layers {
            strongest.entry(key).or_insert(found);
        }
        (strongest, secrets)
    }

    /// Expands the variables in a value of the file, none if nothing is left.
    fn expanded(&self, value: &InFile, secrets: &mut Vec<String>) -> Option<Found> {
        let text = value.written.as_deref().map_err(Clone::clone);
        let text = text.and_then(|written| {
            let expanded = expand(written, |name| {
                let text = self.variables.get(name)?.text.ok()?;
                if name.ends_with("MASTER_KEY") {
                    secrets.push(text.clone());
                }
                Some(text)
            });
            expanded.map(Cow::into_owned)
        });
        (text.as_deref() != Ok("")).then(|| Found {
            origin: Origin::File(value.line.clone()),
            written: value.written.clone().ok(),
            text,
        })
    }
}
