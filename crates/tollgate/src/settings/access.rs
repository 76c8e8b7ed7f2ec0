//! The switches of management endpoints that settings set.

use tollgate_management::{Access, ManagementBuilder};

use super::{Settings, table::Id, value::Value};
use crate::Error;

impl Settings {
    /// Applies the switches of the settings to these endpoints.
    pub(crate) fn override_access(
        &self,
        mut endpoints: ManagementBuilder,
    ) -> Result<ManagementBuilder, Error> {
        let mut wrong = Vec::new();
        for (key, entry) in &self.entries {
            let Some(Value::Switch(on)) = entry.value else {
                continue;
            };
            let access = match key.id {
                Id::EndpointEnabled => Access::new().enabled(on),
                Id::EndpointSensitive => Access::new().sensitive(on),
                Id::EndpointReadOnly => Access::new().read_only(on),
                _ => continue,
            };
            match endpoints.find_endpoint(&key.endpoint) {
                Ok(id) => {
                    let id = id.to_owned();
                    endpoints = endpoints.access(id, access);
                }
                Err(e) => {
                    let message = format!("{key} ({}): {e}", entry.origin);
                    wrong.push(Error::telling(message, e));
                }
            }
        }
        Error::all(wrong).map_or(Ok(endpoints), Err)
    }
}
