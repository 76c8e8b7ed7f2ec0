//! The settings in force and their origins, without secrets.

use std::{borrow::Cow, fmt};

use serde_json::{Value as Json, json};

use super::{Settings, parsed::Entry, value::Value};

impl Settings {
    /// Returns every setting as JSON: an object that has for each its value, or null, and its origin.
    /// A secret is `"***"`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate::Settings;
    ///
    /// let json = Settings::default().to_json();
    /// assert!(json.contains(r#""metrics.endpoint":{"origin":"default","value":"/metrics"}"#));
    /// ```
    pub fn to_json(&self) -> String {
        let entries = self.entries.iter().map(|(key, entry)| {
            let (value, origin) = (entry.json(), entry.origin.to_string());
            (key.to_string(), json!({ "value": value, "origin": origin }))
        });
        Json::Object(entries.collect()).to_string()
    }

    /// Logs every setting.
    pub(super) fn log(&self) {
        for (key, entry) in &self.entries {
            let (setting, value) = (key.to_string(), entry.shown());
            tracing::debug!(setting, value, origin = %entry.origin, "setting in force");
        }
    }
}

impl Entry {
    /// Returns the value, masked where it holds a secret.
    fn masked(&self) -> Option<Cow<'_, Value>> {
        let mask = || Cow::Owned(Value::Text("***".to_owned()));
        let value = self.value.as_ref();
        value.map(|value| {
            if self.is_veiled {
                mask()
            } else {
                Cow::Borrowed(value)
            }
        })
    }

    pub(super) fn json(&self) -> Json {
        self.masked().map_or(Json::Null, |value| value.json())
    }

    fn shown(&self) -> String {
        self.masked()
            .map_or_else(|| "–".to_owned(), |value| value.to_string())
    }
}

/// A line for each setting: its value, or – if it has none, and its origin.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, entry)) in self.entries.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{key} = {} ({})", entry.shown(), entry.origin)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.to_string();
        f.debug_struct("Settings")
            .field("entries", &entries.lines().collect::<Vec<_>>())
            .field("reserved", &self.reserved)
            .finish()
    }
}
