//! The endpoint `env`, in Micronaut's shapes.

use std::{collections::BTreeMap, sync::Arc};

use axum::Json;
use serde::Serialize;
use serde_json::Value;

use super::{Environment, PropertySource};
use crate::{
    endpoint::{Endpoint, Exposure},
    ids,
    name::Name,
    problem::Problem,
};

/// The endpoint's id.
pub(crate) const ID: &str = "env";

/// What stands for a value.
const MASK: &str = "*****";

/// Micronaut's word for names with dots; its other one is for those of variables.
const CONVENTION: &str = "JAVA_PROPERTIES";

/// `/env`, and below it each source by its name.
pub(super) fn endpoint(environment: &Environment) -> Endpoint {
    let masked = Arc::new(Masked::new(environment));
    let one = Arc::clone(&masked);
    Endpoint::new(ID)
        .sensitive()
        .read(Exposure::Read, "", async move || Json(Arc::clone(&masked)))
        .read(
            Exposure::Read,
            "/{source}",
            async move |Name(name): Name| one.find(&name),
        )
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Masked {
    /// There are none: an app's settings say what holds where it runs.
    active_environments: [&'static str; 0],
    /// Packages that are scanned, of which there are none either.
    packages: [&'static str; 0],
    property_sources: Vec<Arc<Source>>,
}

#[derive(Debug, Serialize)]
struct Source {
    name: String,
    /// The higher, the stronger.
    order: usize,
    convention: &'static str,
    properties: BTreeMap<String, Value>,
    /// What Micronaut does not tell.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    origins: BTreeMap<String, String>,
}

impl Masked {
    fn new(environment: &Environment) -> Self {
        let sources = environment.sources.iter().rev().enumerate();
        let sources = sources.map(|(order, source)| {
            Arc::new(Source {
                name: source.name.clone(),
                order,
                convention: CONVENTION,
                properties: masked(environment, source),
                origins: source.origins.clone(),
            })
        });
        let mut property_sources: Vec<_> = sources.collect();
        property_sources.reverse();
        Self {
            active_environments: [],
            packages: [],
            property_sources,
        }
    }

    fn find(&self, name: &str) -> Result<Json<Arc<Source>>, Problem> {
        let mut sources = self.property_sources.iter();
        let source = sources.find(|source| source.name == name);
        source.cloned().map(Json).ok_or_else(|| {
            let known = self.property_sources.iter();
            let known: Vec<_> = known.map(|source| &*source.name).collect();
            Problem::not_found(format!(
                "there is no property source {name:?}, but {}",
                known.join(", ")
            ))
        })
    }
}

/// The properties of a source, with the values that may be shown.
fn masked(environment: &Environment, source: &PropertySource) -> BTreeMap<String, Value> {
    let is_secret = |name: &str| {
        let all = environment.sources.iter();
        let mut all = all.flat_map(|source| &source.properties);
        all.any(|(secret, value)| value.is_none() && ids::are_the_same(secret, name))
    };
    let is_shown = |name: &str| {
        let mut shown = environment.shown.iter().flatten();
        shown.any(|shown| ids::are_the_same(shown, name)) && !is_secret(name)
    };
    let properties = source.properties.iter();
    properties
        .map(|(name, value)| {
            let value = value.as_ref().filter(|_| is_shown(name));
            (name.clone(), value.cloned().unwrap_or_else(|| MASK.into()))
        })
        .collect()
}
