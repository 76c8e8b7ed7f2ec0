//! Access to endpoints: enabled, sensitive, read-only.

/// Access to an endpoint: see [`ManagementBuilder::access`](crate::ManagementBuilder::access).
///
/// # Examples
///
/// ```
/// use tollgate_management::Access;
///
/// let off = Access::new().enabled(false);
/// let look_only = Access::new().sensitive(true).read_only(true);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use]
pub struct Access {
    enabled: Option<bool>,
    pub(crate) sensitive: Option<bool>,
    pub(crate) read_only: Option<bool>,
}

impl Access {
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

    /// Replaces the settings that `stronger` has.
    pub(crate) fn overridden(self, stronger: Self) -> Self {
        Self {
            enabled: stronger.enabled.or(self.enabled),
            sensitive: stronger.sensitive.or(self.sensitive),
            read_only: stronger.read_only.or(self.read_only),
        }
    }

    /// Returns the effective access to an endpoint, which has this one of its own.
    pub(crate) fn policy(self, all: Self, sensitive_by_nature: bool) -> Policy {
        let sensitive = sensitive_by_nature || all.sensitive == Some(true);
        Policy {
            enabled: self.enabled.or(all.enabled).unwrap_or(true),
            sensitivity: match self.sensitive {
                Some(false) => Sensitivity::Opened,
                None if !sensitive => Sensitivity::Plain,
                Some(true) | None => Sensitivity::Sensitive,
            },
            read_only: self.read_only.or(all.read_only).unwrap_or(false),
        }
    }
}

/// Effective access to one endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) enabled: bool,
    pub(crate) sensitivity: Sensitivity,
    pub(crate) read_only: bool,
}

/// Callers that see an endpoint without master keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        let policy = Access::new().policy(Access::new(), false);
        assert!(policy.enabled && !policy.read_only);
        assert_eq!(policy.sensitivity, Sensitivity::Plain);
    }

    #[test]
    fn setting_of_an_endpoint_wins() {
        let all = Access::new().enabled(false).sensitive(true).read_only(true);
        let own = Access::new()
            .enabled(true)
            .sensitive(false)
            .read_only(false);

        let policy = own.policy(all, false);
        assert!(policy.enabled && !policy.read_only);
        assert_eq!(policy.sensitivity, Sensitivity::Opened);
        let policy = Access::new().policy(all, false);
        assert!(!policy.enabled && policy.read_only);
        assert_eq!(policy.sensitivity, Sensitivity::Sensitive);
    }

    #[test]
    fn override_leaves_other_settings() {
        let code = Access::new().sensitive(true).enabled(false);
        let stronger = Access::new().enabled(true);
        let expected = Access::new().sensitive(true).enabled(true);
        assert_eq!(code.overridden(stronger), expected);
    }

    #[test]
    fn endpoint_that_is_sensitive_by_nature_is_opened_only_by_its_own_name() {
        let open = Access::new().sensitive(false);
        let sensitivity = |own: Access| own.policy(open, true).sensitivity;
        assert_eq!(sensitivity(Access::new()), Sensitivity::Sensitive);
        assert_eq!(sensitivity(open), Sensitivity::Opened);
    }
}
