//! Found values, parsed.

use super::{
    found::{Found, Secrets},
    key::Key,
    origin::Origin,
    table::{Accepts, Id, Setting},
    value::Value,
};
use crate::Error;

/// A setting with its value and where that comes from.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) value: Option<Value>,
    pub(super) origin: Origin,
    /// Whether the value holds a secret, by mistake.
    pub(super) is_veiled: bool,
}

impl Entry {
    pub(super) fn new(value: Option<Value>, origin: Origin) -> Self {
        let is_veiled = false;
        Self {
            value,
            origin,
            is_veiled,
        }
    }

    /// The default of a setting, which may be no value.
    pub(super) fn default_of(setting: &Setting) -> Self {
        let value = setting
            .default
            .map(|text| Value::parse(setting.accepts, text));
        Self::new(value.and_then(Result::ok), Origin::Default)
    }

    /// Parses the values that were found of a setting, none if they are wrong.
    ///
    /// Off is off: if a name of the switch says so, a value of its other names that says nothing is
    /// another program's.
    pub(super) fn parse(
        key: &Key,
        found: &[Found],
        secrets: &Secrets,
        wrong: &mut Vec<(Id, Error)>,
    ) -> Option<Self> {
        let accepts = key.id.setting().accepts;
        let mut first: Option<(&Found, Value)> = None;
        let mut unread = Vec::new();
        for found in found {
            let given = found.given(accepts, secrets);
            match (parse(found, accepts, secrets), &first) {
                (Err(error), _) => {
                    let message = format!("{key}: {given}{error}");
                    unread.push((key.id, error.with_message(message)));
                }
                (Ok(value), None) => first = Some((found, value)),
                (Ok(value), Some((earlier, same))) if value.to_string() != same.to_string() => {
                    let earlier = earlier.given(accepts, secrets);
                    let message = format!(
                        "{key}: {earlier} and {given} say different things: set one of them"
                    );
                    wrong.push((key.id, Error::new(message)));
                }
                (Ok(_), Some(_)) => {}
            }
        }
        if !matches!(first, Some((_, Value::Switch(false))) if key.id == Id::Enabled) {
            wrong.append(&mut unread);
        }
        let (found, value) = first?;
        Some(Self {
            is_veiled: secrets.are_in(&value.to_string()),
            value: Some(value),
            origin: found.origin.clone(),
        })
    }
}

/// Parses a value. The message of an error follows the value.
fn parse(found: &Found, accepts: Accepts, secrets: &Secrets) -> Result<Value, Error> {
    let text = found.text.as_ref();
    let text = text.map_err(|problem| Error::new(problem.clone()))?;
    Value::parse(accepts, text).map_err(|error| {
        // The errors of keys and URLs never repeat the value, others may.
        if matches!(accepts, Accepts::MasterKey | Accepts::Url) || !found.is_veiled(secrets) {
            return error;
        }
        let accepted = accepts.description();
        error.with_message(format!(" is not accepted: use {accepted}"))
    })
}
