//! Where properties come from.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

/// A source of properties, such as a file: its name, and the properties that it gives.
///
/// # Examples
///
/// ```
/// use tollgate_management::PropertySource;
///
/// let file = PropertySource::new("/etc/shop.toml")
///     .property("cart.size", 20)
///     .origin("cart.size", "/etc/shop.toml:7")
///     .secret("bank.password");
/// ```
#[derive(Clone)]
#[must_use]
pub struct PropertySource {
    pub(super) name: String,
    /// A secret has no value here.
    pub(super) properties: BTreeMap<String, Option<Value>>,
    pub(super) origins: BTreeMap<String, String>,
}

impl PropertySource {
    /// A source that gives nothing yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            properties: BTreeMap::new(),
            origins: BTreeMap::new(),
        }
    }

    /// Adds a property.
    pub fn property(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let value = Some(value.into());
        self.properties
            .entry(name.into())
            .and_modify(|there| *there = there.take().and(value.clone()))
            .or_insert(value);
        self
    }

    /// Adds a property whose value is never shown, and therefore not even given.
    pub fn secret(mut self, name: impl Into<String>) -> Self {
        self.properties.insert(name.into(), None);
        self
    }

    /// Tells where in the source a property is, such as a line of a file. Who may see `/env` sees it.
    pub fn origin(mut self, name: impl Into<String>, origin: impl Into<String>) -> Self {
        self.origins.insert(name.into(), origin.into());
        self
    }
}

/// Without the values.
impl fmt::Debug for PropertySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PropertySource")
            .field("name", &self.name)
            .field("properties", &self.properties.keys())
            .field("origins", &self.origins)
            .finish()
    }
}
