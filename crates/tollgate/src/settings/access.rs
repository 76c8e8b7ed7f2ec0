//! How management endpoints may be used: settings whose names hold an endpoint's id.

use std::fmt;

#[cfg(feature = "management")]
use std::collections::BTreeMap;

#[cfg(feature = "management")]
use tollgate_management::{Access, EndpointAccess, ManagementBuilder, ManagementErrorKind};

#[cfg(feature = "management")]
use super::{Settings, value::Value};
#[cfg(feature = "management")]
use crate::{Error, ErrorKind};

/// The section of the file.
pub(super) const SECTION: &str = "management";

/// What the variables begin with.
const PREFIX: &str = "MANAGEMENT_";

/// What stands for every endpoint, in place of an id.
#[cfg(feature = "management")]
const ALL: &str = "all";

/// What may be set of each endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Aspect {
    Enabled,
    Sensitive,
    ReadOnly,
}

impl Aspect {
    pub(super) const ALL: [Self; 3] = [Self::Enabled, Self::Sensitive, Self::ReadOnly];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Sensitive => "sensitive",
            Self::ReadOnly => "read_only",
        }
    }

    /// One line, as a sentence without its full stop.
    #[cfg(test)]
    pub(super) const fn help(self) -> &'static str {
        match self {
            Self::Enabled => "Whether the endpoint is there",
            Self::Sensitive => "Whether it is closed where there is no key",
            Self::ReadOnly => "Whether it changes nothing",
        }
    }

    #[cfg(feature = "management")]
    fn set(self, access: EndpointAccess, on: bool) -> EndpointAccess {
        match self {
            Self::Enabled => access.enabled(on),
            Self::Sensitive => access.sensitive(on),
            Self::ReadOnly => access.read_only(on),
        }
    }
}

/// The name of such a setting, by which its values in all layers are the same one's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AccessKey {
    /// `all`, or an id: in small letters, and with `_` for what a variable's name cannot hold.
    pub(crate) endpoint: String,
    pub(crate) aspect: Aspect,
}

impl AccessKey {
    /// The one at a place in the file: `management.worker.enabled`.
    pub(super) fn of_place(place: &str) -> Option<Self> {
        let (endpoint, aspect) = place
            .strip_prefix(SECTION)?
            .strip_prefix('.')?
            .rsplit_once('.')?;
        let mut aspects = Aspect::ALL.into_iter();
        let aspect = aspects.find(|known| known.name() == aspect)?;
        Self::new(endpoint, aspect)
    }

    /// The one of a variable, which comes without the application's prefix:
    /// `MANAGEMENT_WORKER_ENABLED`.
    pub(super) fn of_variable(name: &str) -> Option<Self> {
        let rest = name.strip_prefix(PREFIX)?;
        Aspect::ALL.into_iter().find_map(|aspect| {
            let end = aspect.name().to_ascii_uppercase();
            Self::new(rest.strip_suffix(&end)?.strip_suffix('_')?, aspect)
        })
    }

    fn new(endpoint: &str, aspect: Aspect) -> Option<Self> {
        let endpoint = endpoint.replace(['-', '.'], "_").to_ascii_lowercase();
        (!endpoint.is_empty()).then_some(Self { endpoint, aspect })
    }
}

impl fmt::Display for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SECTION}.{}.{}", self.endpoint, self.aspect.name())
    }
}

#[cfg(feature = "management")]
impl Settings {
    /// What is set of these endpoints.
    pub(crate) fn access(&self, endpoints: &ManagementBuilder) -> Result<Access, Error> {
        let mut all = EndpointAccess::new();
        let mut own = BTreeMap::new();
        let mut wrong = Vec::new();
        for (key, entry) in &self.access {
            let Some(Value::Switch(on)) = entry.value else {
                continue;
            };
            if key.endpoint == ALL {
                all = key.aspect.set(all, on);
                continue;
            }
            match endpoints.find_endpoint(&key.endpoint) {
                Ok(id) => {
                    let access: &mut EndpointAccess = own.entry(id).or_default();
                    *access = key.aspect.set(*access, on);
                }
                Err(e) if e.kind() == ManagementErrorKind::UnknownEndpoint => {
                    let message = format!("{key} ({}): {e}", entry.origin);
                    wrong.push(Error::telling(ErrorKind::Setting, message, e));
                }
                Err(e) => return Err(Error::telling(ErrorKind::Management, e.to_string(), e)),
            }
        }
        let access = own
            .into_iter()
            .fold(Access::new().all(all), |access, (id, own)| {
                access.endpoint(id, own)
            });
        Error::all(wrong).map_or(Ok(access), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_variable_and_a_place_in_the_file_are_the_same_setting() {
        for (variable, place) in [
            ("MANAGEMENT_ALL_ENABLED", "management.all.enabled"),
            (
                "MANAGEMENT_READ_ONLY_READ_ONLY",
                "management.read-only.read_only",
            ),
            (
                "MANAGEMENT_MY_WORKER_SENSITIVE",
                "management.My.Worker.sensitive",
            ),
        ] {
            let key = AccessKey::of_variable(variable).unwrap();
            assert_eq!(Some(&key), AccessKey::of_place(place).as_ref());
            assert_eq!(AccessKey::of_place(&key.to_string()), Some(key));
        }
    }

    #[test]
    fn what_names_no_endpoint_or_no_aspect_is_none() {
        for variable in [
            "MANAGEMENT_ADDRESS",
            "MANAGEMENT_ENABLED",
            "MANAGEMENT__ENABLED",
            "MANAGEMENT_INFO",
            "AURORA_MANAGEMENT_INFO_ENABLED",
        ] {
            assert_eq!(AccessKey::of_variable(variable), None, "{variable}");
        }
        for place in [
            "management.enabled",
            "management.info.open",
            "server.info.enabled",
        ] {
            assert_eq!(AccessKey::of_place(place), None, "{place}");
        }
    }
}
