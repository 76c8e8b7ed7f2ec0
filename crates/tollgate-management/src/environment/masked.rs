//! The answer of `/env`, in Micronaut's shapes.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;
use serde_json::Value;

use super::PropertySource;
use crate::{name::are_the_same, problem::Problem};

/// Text in place of a value.
const MASK: &str = "*****";

/// Micronaut's word for names with dots.
const CONVENTION: &str = "JAVA_PROPERTIES";

/// All sources, with the values that may be shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Masked {
    /// Always empty: apps have no environments such as Micronaut's `test`.
    active_environments: [&'static str; 0],
    /// Always empty: nothing scans packages.
    packages: [&'static str; 0],
    property_sources: Vec<Arc<MaskedSource>>,
}

#[derive(Debug, Serialize)]
pub(super) struct MaskedSource {
    name: String,
    /// Strength: a higher one wins.
    order: usize,
    convention: &'static str,
    properties: BTreeMap<String, Value>,
    /// Lines, variables and flags; an addition to Micronaut's shape.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    origins: BTreeMap<String, String>,
}

impl Masked {
    /// Masks all values except those of the names in `shown`. Sources are in order of strength.
    pub(super) fn new(sources: &[PropertySource], shown: &[String]) -> Self {
        let orders = (0..sources.len()).rev();
        let masked = sources.iter().zip(orders).map(|(source, order)| {
            Arc::new(MaskedSource {
                name: source.name.clone(),
                order,
                convention: CONVENTION,
                properties: masked(source, sources, shown),
                origins: source.origins.clone(),
            })
        });
        Self {
            active_environments: [],
            packages: [],
            property_sources: masked.collect(),
        }
    }

    pub(super) fn find(&self, name: &str) -> Result<Arc<MaskedSource>, Problem> {
        let mut sources = self.property_sources.iter();
        let source = sources.find(|source| source.name == name);
        source.cloned().ok_or_else(|| {
            let known = self.property_sources.iter();
            let known: Vec<_> = known.map(|source| &*source.name).collect();
            let known = known.join(", ");
            Problem::not_found(format!("there is no property source {name:?}, but {known}"))
        })
    }
}

fn masked(
    source: &PropertySource,
    sources: &[PropertySource],
    shown: &[String],
) -> BTreeMap<String, Value> {
    let is_secret = |name: &str| {
        let mut all = sources.iter().flat_map(|source| &source.properties);
        all.any(|(secret, value)| value.is_none() && are_the_same(secret, name))
    };
    let is_shown =
        |name: &str| shown.iter().any(|shown| are_the_same(shown, name)) && !is_secret(name);
    let properties = source.properties.iter();
    properties
        .map(|(name, value)| {
            let value = value.as_ref().filter(|_| is_shown(name));
            (name.clone(), value.cloned().unwrap_or_else(|| MASK.into()))
        })
        .collect()
}
