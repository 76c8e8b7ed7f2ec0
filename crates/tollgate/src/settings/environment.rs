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
#[derive(Debug)]
pub(crate) struct Environment {
    pub(crate) enabled: Option<bool>,
    pub(crate) endpoint: Option<String>,
    pub(crate) master_keys: Option<MasterKeys>,
}

impl Environment {
    pub(crate) fn read() -> Result<Self, Error> {
        Ok(Self {
            enabled: read(ENABLED)?
                .map(|value| parse_bool(ENABLED, &value))
                .transpose()?,
            endpoint: read(ENDPOINT)?
                .map(|value| parse_endpoint(ENDPOINT, value))
                .transpose()?,
            master_keys: read_master_keys()?,
        })
    }
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

fn parse_bool(variable: &str, value: &str) -> Result<bool, Error> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(Error::new(
            ErrorKind::Setting,
            format!(
                "{variable}={value:?} is neither true nor false: use true, 1, yes or on, or else \
                 false, 0, no or off"
            ),
        )),
    }
}

fn parse_endpoint(variable: &str, value: String) -> Result<String, Error> {
    match check_path(&value) {
        Ok(()) => Ok(value),
        Err(error) => Err(Error::from_source(
            ErrorKind::Endpoint,
            format!("{variable}={value:?}: {error}"),
            error,
        )),
    }
}

/// Both variables together are for rotation: every key of either is accepted.
fn read_master_keys() -> Result<Option<MasterKeys>, Error> {
    let error = |message: String, source| Error::from_source(ErrorKind::MasterKey, message, source);
    let value = MasterKeys::from_env(KEY).map_err(|e| error(e.to_string(), e))?;
    let file = read(KEY_FILE)?
        .map(MasterKeys::from_file)
        .transpose()
        .map_err(|e| error(format!("{KEY_FILE}: {e}"), e))?;
    Ok(match (value, file) {
        (Some(value), Some(file)) => Some(value.and(file)),
        (value, file) => value.or(file),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_come_in_any_case() {
        for value in ["true", "TRUE", "1", "Yes", "on"] {
            assert!(parse_bool(ENABLED, value).unwrap(), "{value}");
        }
        for value in ["false", "False", "0", "NO", "off"] {
            assert!(!parse_bool(ENABLED, value).unwrap(), "{value}");
        }
    }

    #[test]
    fn a_bad_boolean_is_named_with_its_variable_and_the_fix() {
        let error = parse_bool(ENABLED, "maybe").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Setting);
        assert_eq!(
            error.to_string(),
            "METRICS_ENABLED=\"maybe\" is neither true nor false: use true, 1, yes or on, or else \
             false, 0, no or off"
        );
    }

    #[test]
    fn a_bad_endpoint_is_named_with_its_variable() {
        let error = parse_endpoint(ENDPOINT, "metrics".to_owned()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Endpoint);
        assert!(
            error
                .to_string()
                .starts_with("METRICS_ENDPOINT=\"metrics\": ")
        );
        assert!(error.to_string().contains("\"/metrics\""));
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
