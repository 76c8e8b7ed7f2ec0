//! A source of properties.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use serde_json::Value;

use crate::value::json;

/// Source of properties, such as a file, with its properties.
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
    /// Values by name. A secret has no value here.
    pub(super) properties: BTreeMap<String, Option<Value>>,
    pub(super) origins: BTreeMap<String, String>,
}

impl PropertySource {
    /// Returns a source without properties.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            properties: BTreeMap::new(),
            origins: BTreeMap::new(),
        }
    }

    /// Adds a property. A value without a form in JSON is replaced by an error message.
    pub fn property(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        let property = self.properties.entry(name.into());
        // A secret stays one.
        let property = property.or_insert(Some(Value::Null));
        *property = property.as_ref().map(|_| json(value));
        self
    }

    /// Adds a property whose value is never shown, and therefore not even passed here.
    pub fn secret(mut self, name: impl Into<String>) -> Self {
        self.properties.insert(name.into(), None);
        self
    }

    /// Sets the origin of a property within the source, such as a line of a file. Everybody who may read
    /// `/env` sees it.
    pub fn origin(mut self, name: impl Into<String>, origin: impl Into<String>) -> Self {
        self.origins.insert(name.into(), origin.into());
        self
    }
}

/// Shows names only.
impl fmt::Debug for PropertySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PropertySource")
            .field("name", &self.name)
            .field("properties", &self.properties.keys())
            .field("origins", &self.origins)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value() {
        let source = PropertySource::new("shop.toml").property("cart.size", "swordfish");
        let shown = format!("{source:?}");
        assert!(!shown.contains("swordfish"), "{shown}");
        assert!(shown.contains("cart.size"), "{shown}");
    }

    #[test]
    fn secret_stays_a_secret() {
        let source = PropertySource::new("shop.toml")
            .property("bank.password", "swordfish")
            .secret("bank.password")
            .property("bank.password", "swordfish");
        assert_eq!(source.properties["bank.password"], None);
    }
}
