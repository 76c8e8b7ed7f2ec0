//! Found values, parsed.

use super::{
    found::{Found, Secrets},
    key::Key,
    origin::Origin,
    value::Value,
};
use crate::{Error, ErrorKind};

/// A setting with its value and where that comes from.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) value: Option<Value>,
    pub(super) origin: Origin,
    /// Whether the value holds a secret, by mistake.
    pub(super) is_veiled: bool,
}

impl Entry {
    /// The default of a setting, which may be no value.
    pub(super) fn default_of(key: &Key) -> Self {
        let default = match key {
            Key::Setting(id) => id.setting().default,
            Key::Access(_) => None,
        };
        Self {
            value: default.and_then(|text| Value::parse(key.accepts(), text).ok()),
            origin: Origin::Default,
            is_veiled: false,
        }
    }

    /// Parses what was found of a setting: the default if that is nothing, or wrong.
    pub(super) fn parse(
        key: &Key,
        found: &[Found],
        secrets: &Secrets,
        wrong: &mut Vec<Error>,
    ) -> Self {
        let mut first: Option<(&Found, Value)> = None;
        for found in found {
            match (parse(key, found, secrets), &first) {
                (Err(error), _) => wrong.push(error),
                (Ok(value), None) => first = Some((found, value)),
                (Ok(value), Some((earlier, same))) if value.to_string() != same.to_string() => {
                    let [one, other] =
                        [earlier, found].map(|found| found.given(key.accepts(), secrets));
                    let message =
                        format!("{key}: {one} and {other} say different things: set one of them");
                    wrong.push(Error::new(ErrorKind::Setting, message));
                }
                (Ok(_), Some(_)) => {}
            }
        }
        let Some((found, value)) = first else {
            return Self::default_of(key);
        };
        Self {
            is_veiled: secrets.are_in(&value.to_string()),
            value: Some(value),
            origin: found.origin.clone(),
        }
    }
}

/// Parses a value, or refuses it in one line.
fn parse(key: &Key, found: &Found, secrets: &Secrets) -> Result<Value, Error> {
    let accepts = key.accepts();
    let given = found.given(accepts, secrets);
    let text = found.text.as_ref().map_err(|problem| {
        let kind = if accepts.is_secret() {
            ErrorKind::MasterKey
        } else {
            ErrorKind::Setting
        };
        Error::new(kind, format!("{key}: {given}{problem}"))
    })?;
    Value::parse(accepts, text).map_err(|error| {
        // The message of the error may repeat the value.
        let message = if accepts.hides_its_value() || !found.is_veiled(secrets) {
            format!("{key}: {given}{error}")
        } else {
            let accepted = accepts.description();
            format!("{key}: {given} is not accepted: use {accepted}")
        };
        error.with_message(message)
    })
}
