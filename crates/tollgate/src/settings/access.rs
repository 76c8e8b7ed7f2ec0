//! The switches of management endpoints that settings set.

use std::collections::BTreeMap;

use tollgate_management::{Access, EndpointAccess, ManagementBuilder};

use super::{Settings, table::Id, value::Value};
use crate::Error;

/// The id that stands for every endpoint.
const ALL: &str = "all";

impl Settings {
    /// Applies the switches of the settings to these endpoints.
    pub(crate) fn override_access(
        &self,
        endpoints: ManagementBuilder,
    ) -> Result<ManagementBuilder, Error> {
        let mut all = EndpointAccess::new();
        let mut own = BTreeMap::new();
        let mut wrong = Vec::new();
        for (key, entry) in &self.entries {
            let Some(Value::Switch(on)) = entry.value else {
                continue;
            };
            let set = |access: EndpointAccess| match key.id {
                Id::EndpointEnabled => access.enabled(on),
                Id::EndpointSensitive => access.sensitive(on),
                Id::EndpointReadOnly => access.read_only(on),
                _ => access,
            };
            match key.endpoint.as_str() {
                "" => {}
                ALL => all = set(all),
                name => match endpoints.find_endpoint(name) {
                    Ok(id) => {
                        let own: &mut EndpointAccess = own.entry(id).or_default();
                        *own = set(*own);
                    }
                    Err(e) if e.is_unknown_endpoint() => {
                        let message = format!("{key} ({}): {e}", entry.origin);
                        wrong.push(Error::telling(message, e));
                    }
                    Err(e) => return Err(e.into()),
                },
            }
        }
        if let Some(error) = Error::all(wrong) {
            return Err(error);
        }
        let own = own.into_iter();
        let access = own.fold(Access::new().all(all), |access, (id, own)| {
            access.endpoint(id, own)
        });
        Ok(endpoints.override_access(access))
    }
}
