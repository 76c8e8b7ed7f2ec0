//! The switches of management endpoints that settings set.

use std::collections::BTreeMap;

use tollgate_management::{Access, EndpointAccess, ManagementBuilder, ManagementErrorKind};

use super::{
    Settings,
    key::{Aspect, Key},
    value::Value,
};
use crate::{Error, ErrorKind};

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
            let (Key::Access(access), Some(Value::Switch(on))) = (key, &entry.value) else {
                continue;
            };
            if access.endpoint == ALL {
                all = set(all, access.aspect, *on);
                continue;
            }
            match endpoints.find_endpoint(&access.endpoint) {
                Ok(id) => {
                    let own: &mut EndpointAccess = own.entry(id).or_default();
                    *own = set(*own, access.aspect, *on);
                }
                Err(e) if e.kind() == ManagementErrorKind::UnknownEndpoint => {
                    let message = format!("{key} ({}): {e}", entry.origin);
                    wrong.push(Error::telling(ErrorKind::Setting, message, e));
                }
                Err(e) => return Err(Error::telling(ErrorKind::Management, e.to_string(), e)),
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

fn set(access: EndpointAccess, aspect: Aspect, on: bool) -> EndpointAccess {
    match aspect {
        Aspect::Enabled => access.enabled(on),
        Aspect::Sensitive => access.sensitive(on),
        Aspect::ReadOnly => access.read_only(on),
    }
}
