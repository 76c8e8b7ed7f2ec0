//! The settings in force and their origins, without secrets.

use std::fmt;

use serde_json::{Value as Json, json};

use super::{Settings, found::MASK, parsed::Entry};

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
    pub(super) fn json(&self) -> Json {
        match &self.value {
            None => Json::Null,
            Some(_) if self.is_veiled => MASK.into(),
            Some(value) => value.json(),
        }
    }

    fn shown(&self) -> String {
        match &self.value {
            None => "–".to_owned(),
            Some(_) if self.is_veiled => MASK.to_owned(),
            Some(value) => value.to_string(),
        }
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
            .finish_non_exhaustive()
    }
}
