//! What is in force, and where it comes from, without secrets.

use std::fmt;

use serde_json::{Value as Json, json};

use super::{Settings, loaded::Entry, table::Id, value::Value};

const MASK: &str = "***";

impl Settings {
    /// Shows every setting as JSON: an object that has for each its value, or null, and its origin.
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
        let entries = self.all().map(|entry| {
            let value = entry.json();
            let origin = entry.origin.to_string();
            let entry_json = json!({ "value": value, "origin": origin });
            (entry.name.clone().into_owned(), entry_json)
        });
        Json::Object(entries.collect()).to_string()
    }

    /// Every entry: first those of the table, then what is set of endpoints.
    pub(super) fn all(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().chain(self.access.values())
    }

    /// Logs every setting. Those of `by_code` that have a value are in force as code says.
    pub(crate) fn log(&self, by_code: &[(Id, Option<String>)]) {
        for entry in self.all() {
            let by_code = by_code
                .iter()
                .find(|(id, _)| id.setting().yaml == entry.name);
            match by_code {
                Some((_, Some(value))) => log(entry, value, &"code"),
                _ => log(entry, &entry.shown(), &entry.origin),
            }
        }
    }
}

fn log(entry: &Entry, value: &str, origin: &dyn fmt::Display) {
    tracing::debug!(setting = &*entry.name, value, %origin, "setting in force");
}

impl Entry {
    pub(super) fn json(&self) -> Json {
        match &self.value {
            None => Json::Null,
            Some(_) if self.is_veiled => MASK.into(),
            Some(Value::Switch(on)) => (*on).into(),
            Some(Value::Port(port)) => (*port).into(),
            Some(Value::Bounds(bounds)) => bounds.as_slice().into(),
            Some(Value::Names(names)) => names.as_slice().into(),
            Some(value) => value.to_string().into(),
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

/// A line for each setting: its value, or – where it has none, and where that comes from.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, entry) in self.all().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            let key = &entry.name;
            write!(f, "{end}{key} = {} ({})", entry.shown(), entry.origin)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("entries", &self.entries)
            .field("access", &self.access)
            .field("reserved", &self.reserved)
            .finish()
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.name;
        write!(f, "{key} = {} ({})", self.shown(), self.origin)
    }
}
