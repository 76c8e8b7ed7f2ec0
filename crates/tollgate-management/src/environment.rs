//! The endpoint `env`: configuration of the app and its origins, with values masked, in Micronaut's
//! shapes.

use std::{collections::BTreeMap, fmt, sync::Arc};

use axum::Json;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    endpoint::{Endpoint, Exposure},
    name::{self, Name, are_the_same},
    problem::Problem,
    value,
};

/// Id of the endpoint.
pub(crate) const ID: &str = "env";

/// Text in place of a value.
const MASK: &str = "*****";

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
    name: String,
    /// Values by name. A secret has no value here.
    properties: BTreeMap<String, Option<Value>>,
    origins: BTreeMap<String, String>,
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
        *property = property.as_ref().map(|_| value::json(value));
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

/// Returns `/env`, with a path for each source. Sources are in order of strength, and all values are
/// masked except those of the names in `shown`.
pub(crate) fn endpoint(sources: &[PropertySource], shown: &[String]) -> Endpoint {
    let names: Vec<_> = sources.iter().map(|source| &*source.name).collect();
    let known = names.join(", ");
    let mut endpoint = Endpoint::new(ID);
    endpoint.sensitive = true;
    endpoint.fault = name::check_unique("property sources", names).err();
    warn_of_unshown(sources, shown);
    let orders = (0..sources.len()).rev();
    let answer = |(source, order): (&PropertySource, usize)| {
        let mut answer = json!({
            "name": source.name,
            // Strength: a higher one wins.
            "order": order,
            "convention": "JAVA_PROPERTIES",
            "properties": masked(source, sources, shown),
        });
        if !source.origins.is_empty() {
            answer["origins"] = json!(source.origins);
        }
        answer
    };
    let answers: Vec<_> = sources.iter().zip(orders).map(answer).collect();
    // Apps have no environments such as Micronaut's `test`, and nothing scans packages.
    let all = Arc::new(json!({
        "activeEnvironments": [],
        "packages": [],
        "propertySources": answers,
    }));
    let one = Arc::clone(&all);
    let one = async move |Name(name): Name| {
        let mut sources = one["propertySources"].as_array().into_iter().flatten();
        let source = sources.find(|source| source["name"] == *name).cloned();
        source.map(Json).ok_or_else(|| {
            Problem::not_found(format!("there is no property source {name:?}, but {known}"))
        })
    };
    endpoint
        .read(Exposure::Read, "", async move || Json(all))
        .read(Exposure::Read, "/{source}", one)
}

fn masked<'a>(
    source: &'a PropertySource,
    sources: &[PropertySource],
    shown: &[String],
) -> BTreeMap<&'a str, Value> {
    let is_shown = |name: &str| {
        shown.iter().any(|shown| are_the_same(shown, name))
            && values(sources, name).all(Option::is_some)
    };
    let properties = source.properties.iter();
    properties
        .map(|(name, value)| {
            let value = value.clone().filter(|_| is_shown(name));
            (&**name, value.unwrap_or_else(|| MASK.into()))
        })
        .collect()
}

/// Returns the values of a property in all sources. A secret has none.
fn values<'a>(
    sources: &'a [PropertySource],
    name: &'a str,
) -> impl Iterator<Item = &'a Option<Value>> {
    let all = sources.iter().flat_map(|source| &source.properties);
    all.filter(|(known, _)| are_the_same(known, name))
        .map(|(_, value)| value)
}

/// Warns of names that show no property.
fn warn_of_unshown(sources: &[PropertySource], shown: &[String]) {
    for name in shown {
        let mut values = values(sources, name).peekable();
        let reason = if values.peek().is_none() {
            "no source has a property of this name"
        } else if values.any(Option::is_none) {
            "secrets are never shown"
        } else {
            continue;
        };
        tracing::warn!("management.env.show is without effect for {name:?}: {reason}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_one_name_are_refused() {
        let source = || PropertySource::new("shop.toml");
        let fault = endpoint(&[source(), source()], &[]).fault;
        let message = fault.unwrap().to_string();
        let expected = r#"there are two property sources "shop.toml": "#;
        assert!(message.starts_with(expected), "{message}");
    }

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
