//! The name of a setting, the same in every source.

use std::fmt;

use super::table::{ENDPOINT, Id, Setting, TABLE};

/// The name of a setting. Those of the whole suite come first, then those of each endpoint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// `all`, or the id of a management endpoint: in small letters, and with `_` for what a
    /// variable's name cannot hold. Empty for a setting of the whole suite.
    pub(super) endpoint: String,
    pub(super) id: Id,
}

impl Key {
    /// Finds the setting at a place in the file: `metrics.enabled`, `management.worker.enabled`.
    pub(super) fn of_place(place: &str) -> Option<Self> {
        TABLE
            .iter()
            .find_map(|row| Self::fitting(row, row.yaml, place))
    }

    /// Finds the setting of an endpoint by its variable without the application's prefix:
    /// `MANAGEMENT_WORKER_ENABLED`.
    pub(super) fn of_endpoint(variable: &str) -> Option<Self> {
        let mut rows = TABLE.iter().filter(|row| row.is_of_endpoints());
        rows.find_map(|row| Self::fitting(row, row.variables[0], variable))
    }

    fn fitting(row: &Setting, pattern: &str, name: &str) -> Option<Self> {
        let endpoint = match pattern.split_once(ENDPOINT) {
            None => (pattern == name).then_some("")?,
            Some((start, end)) => {
                let endpoint = name.strip_prefix(start)?.strip_suffix(end)?;
                Some(endpoint).filter(|endpoint| !endpoint.is_empty())?
            }
        };
        let endpoint = endpoint.replace(['-', '.'], "_").to_ascii_lowercase();
        let id = row.id;
        Some(Self { endpoint, id })
    }
}

impl From<Id> for Key {
    fn from(id: Id) -> Self {
        let endpoint = String::new();
        Self { endpoint, id }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.id.setting().yaml;
        f.write_str(&place.replace(ENDPOINT, &self.endpoint))
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
            let key = Key::of_endpoint(variable).unwrap();
            assert_eq!(Some(&key), Key::of_place(place).as_ref());
            assert_eq!(Key::of_place(&key.to_string()), Some(key));
        }
    }

    #[test]
    fn name_without_endpoint_or_switch_is_no_setting() {
        for variable in [
            "MANAGEMENT_ADDRESS",
            "MANAGEMENT_ENABLED",
            "MANAGEMENT__ENABLED",
            "MANAGEMENT_INFO",
            "AURORA_MANAGEMENT_INFO_ENABLED",
        ] {
            assert_eq!(Key::of_endpoint(variable), None, "{variable}");
        }
        for place in [
            "management.enabled",
            "management.info.open",
            "server.info.enabled",
        ] {
            assert_eq!(Key::of_place(place), None, "{place}");
        }
    }
}
