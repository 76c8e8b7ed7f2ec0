//! Settings of endpoints: enabled, sensitive, read-only.

use std::collections::BTreeMap;

/// Access to all endpoints, and to single ones.
///
/// An endpoint without a setting of its own has that of [`all`](Self::all), with one exception: an
/// endpoint that is sensitive by nature, such as `env`, is opened only by its own name.
///
/// # Examples
///
/// All endpoints are read-only, and `info` is sensitive:
///
/// ```
/// use tollgate_management::{Access, EndpointAccess};
///
/// let access = Access::new()
///     .all(EndpointAccess::new().read_only(true))
///     .endpoint("info", EndpointAccess::new().sensitive(true));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Access {
    all: EndpointAccess,
    own: BTreeMap<String, EndpointAccess>,
}

impl Access {
    /// Returns the default access: all endpoints are enabled and read-write, and only those that are
    /// sensitive by nature are sensitive.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the access to endpoints without settings of their own.
    pub fn all(mut self, access: EndpointAccess) -> Self {
        self.all = access;
        self
    }

    /// Sets the access to the endpoint with this id.
    pub fn endpoint(mut self, id: impl Into<String>, access: EndpointAccess) -> Self {
        self.own.insert(id.into(), access);
        self
    }

    /// Replaces the settings that `stronger` has.
    pub(crate) fn overridden(mut self, stronger: Self) -> Self {
        self.all = self.all.overridden(stronger.all);
        for (id, access) in stronger.own {
            let own = self.own.entry(id).or_default();
            *own = own.overridden(access);
        }
        self
    }

    /// Returns the ids with settings of their own.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.own.keys().map(String::as_str)
    }

    /// Returns the effective access to one endpoint.
    pub(crate) fn of(&self, id: &str, sensitive_by_nature: bool) -> Policy {
        let own = self.own.get(id).copied().unwrap_or_default();
        let sensitive = sensitive_by_nature || self.all.sensitive == Some(true);
        Policy {
            enabled: own.enabled.or(self.all.enabled).unwrap_or(true),
            sensitivity: match own.sensitive {
                Some(false) => Sensitivity::Opened,
                None if !sensitive => Sensitivity::Plain,
                Some(true) | None => Sensitivity::Sensitive,
            },
            read_only: own.read_only.or(self.all.read_only).unwrap_or(false),
        }
    }
}

/// Access to one endpoint, or to all.
///
/// # Examples
///
/// ```
/// use tollgate_management::EndpointAccess;
///
/// let off = EndpointAccess::new().enabled(false);
/// let look_only = EndpointAccess::new().sensitive(true).read_only(true);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct EndpointAccess {
    enabled: Option<bool>,
    sensitive: Option<bool>,
    read_only: Option<bool>,
}

impl EndpointAccess {
    /// Returns access without settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether the endpoint exists. If not, its path is 404.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = Some(enabled);
        self
    }

    /// Sets whether the endpoint is closed without master keys. With keys, a sensitive health endpoint
    /// shows its summary only to their holders.
    pub fn sensitive(mut self, sensitive: bool) -> Self {
        self.sensitive = Some(sensitive);
        self
    }

    /// Sets whether the endpoint refuses changes, even by holders of a key.
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = Some(read_only);
        self
    }

    fn overridden(self, stronger: Self) -> Self {
        Self {
            enabled: stronger.enabled.or(self.enabled),
            sensitive: stronger.sensitive.or(self.sensitive),
            read_only: stronger.read_only.or(self.read_only),
        }
    }
}

/// Effective access to one endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) enabled: bool,
    pub(crate) sensitivity: Sensitivity,
    pub(crate) read_only: bool,
}

/// Callers that see an endpoint without master keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sensitivity {
    /// No callers.
    Sensitive,
    /// All callers, without details.
    Plain,
    /// All callers, with details: the endpoint was opened by its own name.
    Opened,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoint_is_enabled_open_and_read_write_by_default() {
        let policy = Access::new().of("info", false);
        assert!(policy.enabled && !policy.read_only);
        assert_eq!(policy.sensitivity, Sensitivity::Plain);
    }

    #[test]
    fn setting_of_an_endpoint_wins() {
        let all = EndpointAccess::new()
            .enabled(false)
            .sensitive(true)
            .read_only(true);
        let own = EndpointAccess::new()
            .enabled(true)
            .sensitive(false)
            .read_only(false);
        let access = Access::new().all(all).endpoint("info", own);

        let policy = access.of("info", false);
        assert!(policy.enabled && !policy.read_only);
        assert_eq!(policy.sensitivity, Sensitivity::Opened);
        let policy = access.of("metrics", false);
        assert!(!policy.enabled && policy.read_only);
        assert_eq!(policy.sensitivity, Sensitivity::Sensitive);
    }

    #[test]
    fn override_leaves_other_settings() {
        let new = EndpointAccess::new;
        let code = Access::new()
            .all(new().read_only(true))
            .endpoint("info", new().sensitive(true).enabled(false));
        let stronger = Access::new()
            .all(new().sensitive(false))
            .endpoint("info", new().enabled(true))
            .endpoint("env", new().enabled(false));
        let expected = Access::new()
            .all(new().read_only(true).sensitive(false))
            .endpoint("info", new().sensitive(true).enabled(true))
            .endpoint("env", new().enabled(false));
        assert_eq!(code.overridden(stronger), expected);
    }

    #[test]
    fn endpoint_that_is_sensitive_by_nature_is_opened_only_by_its_own_name() {
        let open = EndpointAccess::new().sensitive(false);
        let access = Access::new().all(open).endpoint("loggers", open);
        let sensitivity = |id| access.of(id, true).sensitivity;
        assert_eq!(sensitivity("env"), Sensitivity::Sensitive);
        assert_eq!(sensitivity("loggers"), Sensitivity::Opened);
    }
}
