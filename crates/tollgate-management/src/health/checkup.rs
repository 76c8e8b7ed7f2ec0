//! The result of a check.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use crate::value::json;

/// Status of a check, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Up,
    Unknown,
    OutOfService,
    Down,
}

impl Status {
    /// Returns whether the status is answered 200, and 1 in `health_status`.
    pub(crate) fn is_usable(self) -> bool {
        matches!(self, Self::Up | Self::Unknown)
    }

    pub(crate) fn code(self) -> StatusCode {
        if self.is_usable() {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// Result of a check: a status, and details for callers that may see them.
///
/// # Examples
///
/// ```
/// use tollgate_management::Checkup;
///
/// let checkup = Checkup::out_of_service().detail("until", "06:00");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[must_use]
pub struct Checkup {
    status: Status,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    details: BTreeMap<String, Value>,
}

impl Checkup {
    /// Returns the result of something that works. Answered 200.
    pub const fn up() -> Self {
        Self::new(Status::Up)
    }

    /// Returns the result of something whose status is not known. Answered 200.
    pub const fn unknown() -> Self {
        Self::new(Status::Unknown)
    }

    /// Returns the result of something that works, but must not be used now. Answered 503.
    pub const fn out_of_service() -> Self {
        Self::new(Status::OutOfService)
    }

    /// Returns the result of something that does not work. Answered 503.
    pub const fn down() -> Self {
        Self::new(Status::Down)
    }

    const fn new(status: Status) -> Self {
        let details = BTreeMap::new();
        Self { status, details }
    }

    /// Adds a detail. Only holders of a key see it, or all callers if health was opened. A value without
    /// a form in JSON is replaced by an error message.
    pub fn detail(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        self.details.insert(name.into(), json(value));
        self
    }

    pub(crate) fn status(&self) -> Status {
        self.status
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worst_status_is_the_greatest() {
        use Status::{Down, OutOfService, Unknown, Up};
        let mut all = [Down, Up, OutOfService, Unknown];
        all.sort_unstable();
        assert_eq!(all, [Up, Unknown, OutOfService, Down]);
    }

    #[test]
    fn usable_statuses_are_answered_200() {
        let codes = [
            Status::Up,
            Status::Unknown,
            Status::OutOfService,
            Status::Down,
        ]
        .map(|status| status.code().as_u16());
        assert_eq!(codes, [200, 200, 503, 503]);
    }
}
