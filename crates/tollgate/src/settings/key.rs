//! Names of settings: those of the table, and those that hold the id of a management endpoint.

use std::fmt;

use super::table::{Accepts, Id, TABLE};

/// The section of the management endpoints in the file.
pub(super) const MANAGEMENT: &str = "management";

/// The name of a setting, which is the same in every source. Those of the table come first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Setting(Id),
    Access(AccessKey),
}

/// The name of a setting of a management endpoint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AccessKey {
    /// `all`, or an id: in small letters, and with `_` for what a variable's name cannot hold.
    pub(crate) endpoint: String,
    pub(crate) aspect: Aspect,
}

/// A switch that each endpoint has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Aspect {
    Enabled,
    Sensitive,
    ReadOnly,
}

impl Key {
    /// The setting at a place in the file: `metrics.enabled`, `management.worker.enabled`.
    pub(super) fn of_place(place: &str) -> Option<Self> {
        let setting = TABLE.iter().find(|setting| setting.yaml == place);
        let setting = setting.map(|setting| Self::Setting(setting.id));
        setting.or_else(|| AccessKey::of_place(place).map(Self::Access))
    }

    pub(super) fn accepts(&self) -> Accepts {
        match self {
            Self::Setting(id) => id.setting().accepts,
            Self::Access(_) => Accepts::Switch,
        }
    }
}

impl AccessKey {
    fn of_place(place: &str) -> Option<Self> {
        let rest = place.strip_prefix(MANAGEMENT)?.strip_prefix('.')?;
        let (endpoint, aspect) = rest.rsplit_once('.')?;
        let mut aspects = Aspect::ALL.into_iter();
        Self::new(endpoint, aspects.find(|known| known.name() == aspect)?)
    }

    /// The setting of a variable without the application's prefix: `MANAGEMENT_WORKER_ENABLED`.
    pub(super) fn of_variable(name: &str) -> Option<Self> {
        let rest = name.strip_prefix("MANAGEMENT_")?;
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

impl Aspect {
    pub(super) const ALL: [Self; 3] = [Self::Enabled, Self::Sensitive, Self::ReadOnly];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Sensitive => "sensitive",
            Self::ReadOnly => "read_only",
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(id) => f.write_str(id.setting().yaml),
            Self::Access(AccessKey { endpoint, aspect }) => {
                write!(f, "{MANAGEMENT}.{endpoint}.{}", aspect.name())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variable_and_place_in_the_file_name_the_same_setting() {
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
            let key = AccessKey::of_variable(variable).map(Key::Access).unwrap();
            assert_eq!(Some(&key), Key::of_place(place).as_ref());
            assert_eq!(Key::of_place(&key.to_string()), Some(key));
        }
    }

    #[test]
    fn name_without_endpoint_or_aspect_is_no_setting() {
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
