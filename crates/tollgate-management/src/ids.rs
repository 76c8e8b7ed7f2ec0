//! Ids of endpoints, and settings that name them.

use std::collections::BTreeSet;

use crate::{
    BuildError, discovery, metrics,
    name::{self, are_the_same},
    nearest::suggestion,
};

/// Name of all endpoints in settings.
pub(crate) const ALL: &str = "all";

/// Checks the ids of endpoints, and that `set`, the ids with settings, are known ones.
pub(crate) fn check<'a>(
    ids: impl Iterator<Item = &'a str> + Clone,
    mut set: impl Iterator<Item = &'a str>,
) -> Result<(), BuildError> {
    for id in ids.clone() {
        name::check(id)?;
        if are_the_same(id, ALL) {
            return Err(BuildError::new(format!(
                "{id:?} stands for every endpoint in settings: give the one another name"
            )));
        }
    }
    name::check_unique("endpoints", ids.clone().chain([discovery::ID]))?;
    let known = known(ids);
    match set.find(|id| *id != ALL && !known.contains(id)) {
        Some(id) => Err(unknown(id, known)),
        None => Ok(()),
    }
}

/// Returns the id that a setting means.
pub(crate) fn meant<'a>(
    name: &str,
    added: impl Iterator<Item = &'a str>,
) -> Result<&'a str, BuildError> {
    let known = known(added);
    let mut ids = known.iter().copied().chain([ALL]);
    match ids.find(|id| are_the_same(id, name)) {
        Some(id) => Ok(id),
        None => Err(unknown(name, known)),
    }
}

/// Returns the ids that settings may name, including those of the metrics where they are off.
fn known<'a>(added: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    added.chain(metrics::IDS).chain([discovery::ID]).collect()
}

fn unknown(id: &str, known: BTreeSet<&str>) -> BuildError {
    let advice = suggestion(id, known);
    BuildError::new(format!("there is no endpoint {id:?}: {advice}"))
}
