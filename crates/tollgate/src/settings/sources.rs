//! All sources together: flags, variables and the file.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    expansion::expand,
    found::{Found, Secrets},
    key::Key,
    origin::Origin,
    table::{Accepts, TABLE},
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

/// The values that sources give.
#[derive(Default)]
pub(super) struct Values {
    /// Those of the strongest layer that has any. A layer has several where a setting has several names.
    pub(super) found: BTreeMap<Key, Vec<Found>>,
    pub(super) secrets: Secrets,
    /// Warnings for the start.
    pub(super) notes: Vec<String>,
}

/// The sources of settings, each read.
pub(super) struct Sources {
    pub(super) flags: HashMap<&'static str, String>,
    /// The prefix of the application's variables, with its `_`.
    pub(super) prefix: Option<String>,
    pub(super) variables: Variables,
    /// Values of the file, before their variables are expanded.
    pub(super) in_file: Vec<(Key, Found)>,
}

impl Sources {
    /// Finds the values of each setting.
    pub(super) fn values(&self) -> Values {
        let mut secrets = Secrets::default();
        let (mut links, mut emptied) = (BTreeSet::new(), Vec::new());
        let in_file = self.in_file.iter();
        let in_file: Vec<_> = in_file
            .map(|(key, found)| (key, self.expanded(found, &mut secrets)))
            .collect();
        let mut layers: BTreeMap<(Key, Layer), Vec<Found>> = BTreeMap::new();
        let mut add = |key: &Key, layer, found: Option<Found>| {
            let Some(found) = found else { return };
            if let Some(variable) = found.service_link() {
                links.insert(variable.to_owned());
                return;
            }
            // A blank key is no key: it is refused, lest the metrics are open.
            let accepts = key.id.setting().accepts;
            let is_blank = layer != Layer::Flags && found.text.as_deref() == Ok("");
            let is_key = matches!(accepts, Accepts::MasterKey | Accepts::MasterKeyFile);
            if is_blank && !is_key {
                emptied.push(found);
                return;
            }
            secrets.add_of(accepts, &found);
            layers.entry((key.clone(), layer)).or_default().push(found);
        };
        let variables = &self.variables;
        for row in TABLE.iter().filter(|row| !row.is_of_endpoints()) {
            let key = Key::from(row.id);
            for &flag in row.flags {
                let value = self.flags.get(flag).cloned();
                let found = value.map(|value| Found::text(Origin::Flag(flag), value));
                add(&key, Layer::Flags, found);
            }
            for name in row.variables.iter().chain(row.prefixed_variables) {
                let prefixed = self.prefix.as_ref().map(|prefix| format!("{prefix}{name}"));
                let found = prefixed.and_then(|name| variables.get(&name));
                add(&key, Layer::Prefixed, found);
            }
            for name in row.variables {
                add(&key, Layer::Bare, variables.get(name));
            }
        }
        for name in variables.names() {
            let prefix = self.prefix.as_ref();
            let prefixed = prefix.and_then(|prefix| name.strip_prefix(prefix));
            if let Some(key) = prefixed.and_then(Key::of_endpoint) {
                add(&key, Layer::Prefixed, variables.get(&name));
            } else if let Some(key) = Key::of_endpoint(&name) {
                add(&key, Layer::Bare, variables.get(&name));
            }
        }
        for (key, found) in in_file {
            add(key, Layer::File, found);
        }
        let mut strongest = BTreeMap::new();
        for ((key, _), found) in layers {
            strongest.entry(key).or_insert(found);
        }
        let cut = strongest
            .values()
            .flatten()
            .chain(&emptied)
            .filter(|found| self.is_cut(found));
        let mut notes: Vec<_> = cut
            .map(|found| {
                let name = found.given(Accepts::MasterKey, &secrets);
                format!(
                    "{name}: a $ stands for no variable that is set and is dropped: put the value in \
                     single quotes"
                )
            })
            .collect();
        if !links.is_empty() {
            let links = Vec::from_iter(links).join(", ");
            notes.push(format!(
                "{links}: Kubernetes service links are no settings and are ignored: set \
                 enableServiceLinks: false in the pod"
            ));
        }
        Values {
            found: strongest,
            secrets,
            notes,
        }
    }

    /// Whether `.env` gives less than is written there.
    fn is_cut(&self, found: &Found) -> bool {
        match &found.origin {
            Origin::Variable(name, Some(_)) => self
                .variables
                .file
                .get(name)
                .is_some_and(|variable| variable.is_cut),
            _ => false,
        }
    }

    /// Expands the variables in a value of the file, none if nothing is left.
    fn expanded(&self, found: &Found, secrets: &mut Secrets) -> Option<Found> {
        let lookup = |name: &str| {
            let text = self.variables.get(name)?.text.ok()?;
            if name.ends_with("MASTER_KEY") {
                secrets.add(&text);
            }
            Some(text)
        };
        let written = found.text.clone();
        let text = written.and_then(|written| expand(&written, lookup));
        (text.as_deref() != Ok("")).then(|| Found {
            text: text.map(|text| text.trim_end().to_owned()),
            ..found.clone()
        })
    }
}
