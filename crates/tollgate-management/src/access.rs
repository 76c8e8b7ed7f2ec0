//! What of an endpoint is there, and for whom.

use std::collections::BTreeMap;

/// How every endpoint may be used, and how some of them may on their own.
///
/// What an endpoint is not told itself, it takes from [`all`](Self::all). One thing it does not:
/// an endpoint that is sensitive by nature, as the environment is, is opened by its own name only.
///
/// # Examples
///
/// Nothing changes state, and the endpoint `info` is sensitive:
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
    /// Every endpoint is enabled and read-write, and sensitive if it is so by nature.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what holds for every endpoint that is not told otherwise.
    pub fn all(mut self, access: EndpointAccess) -> Self {
        self.all = access;
        self
    }

    /// Sets what holds for the endpoint with this id.
    pub fn endpoint(mut self, id: impl Into<String>, access: EndpointAccess) -> Self {
        self.own.insert(id.into(), access);
        self
    }

    /// The same where `stronger` says nothing, and what that says.
    pub(crate) fn overridden(mut self, stronger: Self) -> Self {
        self.all = self.all.overridden(stronger.all);
        for (id, access) in stronger.own {
            let own = self.own.entry(id).or_default();
            *own = own.overridden(access);
        }
        self
    }

    /// The ids that are told something on their own.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.own.keys().map(String::as_str)
    }

    /// What comes of it for one endpoint.
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

/// How one endpoint, or every one, may be used.
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
    /// Tells nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it is there at all. If not, its path is 404.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = Some(enabled);
        self
    }

    /// Whether it is closed where there are no master keys. With keys, a sensitive health endpoint
    /// keeps its summary from those without one.
    pub fn sensitive(mut self, sensitive: bool) -> Self {
        self.sensitive = Some(sensitive);
        self
    }

    /// Whether it changes nothing, not even for those with a key.
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

/// What is settled for one endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) enabled: bool,
    pub(crate) sensitivity: Sensitivity,
    pub(crate) read_only: bool,
}

/// Who sees an endpoint where there are no keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sensitivity {
    /// Nobody.
    Sensitive,
    /// Everybody, but no details.
    Plain,
    /// Everybody, with its details: its own name was opened.
    Opened,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_enabled_open_and_read_write_unless_told_otherwise() {
        let policy = Access::new().of("info", false);
        assert!(policy.enabled && !policy.read_only);
        assert_eq!(policy.sensitivity, Sensitivity::Plain);
    }

    #[test]
    fn what_an_endpoint_is_told_itself_wins() {
        let told = EndpointAccess::new()
            .enabled(false)
            .sensitive(true)
            .read_only(true);
        let own = EndpointAccess::new()
            .enabled(true)
            .sensitive(false)
            .read_only(false);
        let access = Access::new().all(told).endpoint("info", own);

        let policy = access.of("info", false);
        assert!(policy.enabled && !policy.read_only);
        assert_eq!(policy.sensitivity, Sensitivity::Opened);
        let policy = access.of("metrics", false);
        assert!(!policy.enabled && policy.read_only);
        assert_eq!(policy.sensitivity, Sensitivity::Sensitive);
    }

    #[test]
    fn what_overrides_leaves_what_it_does_not_name() {
        let told = EndpointAccess::new;
        let code = Access::new()
            .all(told().read_only(true))
            .endpoint("info", told().sensitive(true).enabled(false));
        let stronger = Access::new()
            .all(told().sensitive(false))
            .endpoint("info", told().enabled(true))
            .endpoint("env", told().enabled(false));
        let expected = Access::new()
            .all(told().read_only(true).sensitive(false))
            .endpoint("info", told().sensitive(true).enabled(true))
            .endpoint("env", told().enabled(false));
        assert_eq!(code.overridden(stronger), expected);
    }

    #[test]
    fn what_is_sensitive_by_nature_is_opened_by_its_own_name_only() {
        let open = EndpointAccess::new().sensitive(false);
        let access = Access::new().all(open).endpoint("loggers", open);
        let sensitivity = |id| access.of(id, true).sensitivity;
        assert_eq!(sensitivity("env"), Sensitivity::Sensitive);
        assert_eq!(sensitivity("loggers"), Sensitivity::Opened);
    }
}
