//! Values of the app as JSON.

use serde::Serialize;
use serde_json::Value;

/// Returns a value as JSON, or the error's message where JSON has no form for it.
pub(crate) fn json(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| Value::String(error.to_string()))
}
