//! Ids of endpoints, and settings that name them.

use std::collections::BTreeSet;

use crate::{
    Access, ManagementError, discovery,
    endpoint::Endpoint,
    metrics,
    name::{self, are_the_same},
    nearest::suggestion,
};

/// Name of all endpoints in settings.
const ALL: &str = "all";

/// Checks the ids of endpoints, and that `access` names only known ones.
pub(crate) fn check(access: &Access, endpoints: &[Endpoint]) -> Result<(), ManagementError> {
    let ids = endpoints.iter().map(|endpoint| &*endpoint.id);
    for id in ids.clone() {
        name::check(id)?;
        if are_the_same(id, ALL) {
            return Err(ManagementError::new(format!(
                "{id:?} stands for every endpoint in settings: give the one another name"
            )));
        }
    }
    name::check_unique("endpoints", ids.clone().chain([discovery::ID]))?;
    let known = known(ids);
    match access.ids().find(|id| !known.contains(id)) {
        Some(id) => Err(unknown(id, known)),
        None => Ok(()),
    }
}

/// Returns the id that a setting means.
pub(crate) fn meant<'a>(
    name: &str,
    added: impl IntoIterator<Item = &'a str>,
) -> Result<&'a str, ManagementError> {
    let known = known(added);
    let meant = known.iter().find(|id| are_the_same(id, name));
    meant.copied().ok_or_else(|| unknown(name, known))
}

/// Returns the ids that settings may name, including those of the metrics where they are off.
fn known<'a>(added: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let added = added.into_iter();
    added.chain(metrics::IDS).chain([discovery::ID]).collect()
}

fn unknown(id: &str, known: BTreeSet<&str>) -> ManagementError {
    ManagementError::unknown_endpoint(format!(
        "there is no endpoint {id:?}: {}",
        suggestion(id, known)
    ))
}
