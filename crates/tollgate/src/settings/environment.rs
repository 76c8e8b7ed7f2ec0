//! Settings from environment variables. An empty variable is one that is not set.

use std::env::{self, VarError};

use tollgate_auth::MasterKeys;
use tollgate_axum::check_path;

use crate::{Error, ErrorKind};

const ENABLED: &str = "METRICS_ENABLED";
const ENDPOINT: &str = "METRICS_ENDPOINT";
const KEY: &str = "MASTER_KEY";
const KEY_FILE: &str = "MASTER_KEY_FILE";

/// What the environment sets.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    pub(crate) enabled: Option<bool>,
    pub(crate) endpoint: Option<String>,
    pub(crate) master_keys: Option<MasterKeys>,
}

impl Environment {
    /// Reads every variable, so that all that are wrong are told at once.
    pub(crate) fn read() -> Result<Self, Error> {
        let mut wrong = Vec::new();
        let enabled = note(read_bool(ENABLED), &mut wrong);
        let endpoint = note(read_endpoint(ENDPOINT), &mut wrong);
        let key = note(read_key(KEY), &mut wrong);
        let key_file = note(read_key_file(KEY_FILE), &mut wrong);
        match Error::all(wrong) {
            Some(error) => Err(error),
            None => Ok(Self {
                enabled,
                endpoint,
                master_keys: either_or_both(key, key_file),
            }),
        }
    }
}

fn note<T>(value: Result<Option<T>, Error>, wrong: &mut Vec<Error>) -> Option<T> {
    value.unwrap_or_else(|error| {
        wrong.push(error);
        None
    })
}

fn read(variable: &str) -> Result<Option<String>, Error> {
    match env::var(variable) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(value)) => Err(Error::new(
            ErrorKind::Setting,
            format!(
                "{variable}=\"{}\" is not valid UTF-8: remove what is not text",
                value.display()
            ),
        )),
    }
}

fn read_bool(variable: &str) -> Result<Option<bool>, Error> {
    let Some(value) = read(variable)? else {
        return Ok(None);
    };
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(Some(true)),
        "false" | "0" | "no" | "off" => Ok(Some(false)),
        _ => Err(Error::new(
            ErrorKind::Setting,
            format!(
                "{variable}={value:?} is neither true nor false: use true, 1, yes or on, or else \
                 false, 0, no or off"
            ),
        )),
    }
}

fn read_endpoint(variable: &str) -> Result<Option<String>, Error> {
    let Some(value) = read(variable)? else {
        return Ok(None);
    };
    match check_path(&value) {
        Ok(()) => Ok(Some(value)),
        Err(e) => {
            let message = format!("{variable}={value:?}: {e}");
            Err(Error::telling(ErrorKind::Endpoint, message, e))
        }
    }
}

fn read_key(variable: &str) -> Result<Option<MasterKeys>, Error> {
    MasterKeys::from_env(variable)
        .map_err(|e| Error::telling(ErrorKind::MasterKey, e.to_string(), e))
}

fn read_key_file(variable: &str) -> Result<Option<MasterKeys>, Error> {
    let Some(path) = read(variable)? else {
        return Ok(None);
    };
    match MasterKeys::from_file(path) {
        Ok(keys) => Ok(Some(keys)),
        Err(e) => {
            let message = format!("{variable}: {e}");
            Err(Error::telling(ErrorKind::MasterKey, message, e))
        }
    }
}

/// Both variables together are for rotation: every key of either is accepted.
fn either_or_both(key: Option<MasterKeys>, key_file: Option<MasterKeys>) -> Option<MasterKeys> {
    match (key, key_file) {
        (Some(key), Some(key_file)) => Some(key.and(key_file)),
        (key, key_file) => key.or(key_file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_come_in_any_case() {
        let read = |value| temp_env::with_var(ENABLED, Some(value), || read_bool(ENABLED));
        for value in ["true", "TRUE", "1", "Yes", "on"] {
            assert_eq!(read(value).unwrap(), Some(true), "{value}");
        }
        for value in ["false", "False", "0", "NO", "off"] {
            assert_eq!(read(value).unwrap(), Some(false), "{value}");
        }
    }

    #[test]
    fn a_bad_boolean_is_named_with_its_variable_and_the_fix() {
        temp_env::with_var(ENABLED, Some("maybe"), || {
            let error = Environment::read().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Setting);
            assert_eq!(
                error.to_string(),
                "METRICS_ENABLED=\"maybe\" is neither true nor false: use true, 1, yes or on, or \
                 else false, 0, no or off"
            );
        });
    }

    #[test]
    fn a_bad_endpoint_is_named_with_its_variable() {
        temp_env::with_var(ENDPOINT, Some("metrics"), || {
            let error = Environment::read().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Endpoint);
            let message = error.to_string();
            assert!(message.starts_with("METRICS_ENDPOINT=\"metrics\": "));
            assert!(message.contains("\"/metrics\""));
        });
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        temp_env::with_vars(
            [(ENABLED, Some("")), (ENDPOINT, Some("")), (KEY, Some(""))],
            || {
                let environment = Environment::read().unwrap();
                assert_eq!(environment.enabled, None);
                assert_eq!(environment.endpoint, None);
                assert!(environment.master_keys.is_none());
            },
        );
    }

    #[test]
    fn a_short_key_is_refused_without_showing_it() {
        temp_env::with_var(KEY, Some("tooshort"), || {
            let error = Environment::read().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::MasterKey);
            assert!(error.to_string().contains(KEY));
            assert!(!format!("{error:?} {error}").contains("tooshort"));
        });
    }

    #[test]
    fn a_missing_key_file_is_named_with_its_variable() {
        temp_env::with_var(KEY_FILE, Some("/nowhere/keys"), || {
            let error = Environment::read().unwrap_err();
            assert!(error.to_string().contains(KEY_FILE));
            assert!(error.to_string().contains("/nowhere/keys"));
        });
    }
}
