//! Which ids endpoints have, and which of them are meant.

use std::collections::BTreeSet;

use crate::{
    Access, ManagementError, ManagementErrorKind, discovery,
    endpoint::{Endpoint, check_name},
    metrics,
    nearest::suggestion,
};

/// What stands for every endpoint in settings.
const ALL: &str = "all";

/// # Errors
///
/// If no path can hold an id, if two endpoints have the same, or if the access is set of one that is
/// not there.
pub(crate) fn check(access: &Access, endpoints: &[Endpoint]) -> Result<(), ManagementError> {
    let mut ids = BTreeSet::from([discovery::ID]);
    for Endpoint { id, .. } in endpoints {
        check_name(id)?;
        if are_the_same(id, ALL) {
            return Err(ManagementError::new(
                ManagementErrorKind::InvalidName,
                format!("{id:?} stands for every endpoint in settings: give the one another name"),
            ));
        }
        if !ids.insert(id) {
            return Err(ManagementError::new(
                ManagementErrorKind::DuplicateEndpoint,
                format!("there are two endpoints {id:?}: give one another name"),
            ));
        }
    }
    let known = known(endpoints.iter().map(|endpoint| &*endpoint.id));
    match access.ids().find(|id| !known.contains(id)) {
        Some(id) => Err(unknown(id, known)),
        None => Ok(()),
    }
}

/// The id that a setting means by this name.
pub(crate) fn meant<'a>(
    name: &str,
    added: impl IntoIterator<Item = &'a str>,
) -> Result<&'a str, ManagementError> {
    let known = known(added);
    let meant = known.iter().find(|id| are_the_same(id, name));
    meant.copied().ok_or_else(|| unknown(name, known))
}

/// The ids of which something may be set: also of the metrics, where they are off.
fn known<'a>(added: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let added = added.into_iter();
    added.chain(metrics::IDS).chain([discovery::ID]).collect()
}

fn unknown(id: &str, known: BTreeSet<&str>) -> ManagementError {
    ManagementError::new(
        ManagementErrorKind::UnknownEndpoint,
        format!("there is no endpoint {id:?}: {}", suggestion(id, known)),
    )
}

/// Whether two names are the same where a variable cannot tell them apart.
pub(crate) fn are_the_same(one: &str, other: &str) -> bool {
    let plain = |byte: u8| match byte {
        b'-' | b'.' => b'_',
        byte => byte.to_ascii_lowercase(),
    };
    one.bytes().map(plain).eq(other.bytes().map(plain))
}
