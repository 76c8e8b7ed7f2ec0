//! The result of a check.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use crate::value::json;

/// Status of a check, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum Status {
    /// Works. Answered 200.
    Up,
    /// Not known. Answered 200.
    Unknown,
    /// Works, but must not be used now. Answered 503.
    OutOfService,
    /// Does not work. Answered 503.
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
/// use tollgate_management::{Checkup, Status};
///
/// let checkup = Checkup::new(Status::OutOfService).detail("until", "06:00");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[must_use]
pub struct Checkup {
    status: Status,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    details: BTreeMap<String, Value>,
}

impl Checkup {
    /// Returns a result without details.
    pub const fn new(status: Status) -> Self {
        Self {
            status,
            details: BTreeMap::new(),
        }
    }

    /// Returns [`Status::Up`] without details.
    pub const fn up() -> Self {
        Self::new(Status::Up)
    }

    /// Returns [`Status::Down`] without details.
    pub const fn down() -> Self {
        Self::new(Status::Down)
    }

    /// Adds a detail. Only holders of a key see it, or all callers if health was opened. A value without
    /// a form in JSON is replaced by an error message.
    pub fn detail(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        self.details.insert(name.into(), json(value));
        self
    }

    /// Returns the status.
    pub const fn status(&self) -> Status {
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
