//! What a check found.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::Value;

/// How something is, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum Status {
    /// It is well.
    Up,
    /// It cannot be told. Answered 200.
    Unknown,
    /// It is well, but not to be used now. Answered 503.
    OutOfService,
    /// It is not well. Answered 503.
    Down,
}

impl Status {
    /// Whether it may be used: answered 200, and 1 in `health_status`.
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

/// What a check found: a status, and details for those who may see them.
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
    /// Without details.
    pub const fn new(status: Status) -> Self {
        Self {
            status,
            details: BTreeMap::new(),
        }
    }

    /// All is well.
    pub const fn up() -> Self {
        Self::new(Status::Up)
    }

    /// Something is not.
    pub const fn down() -> Self {
        Self::new(Status::Down)
    }

    /// Adds a detail. Only those with a key see it, or everybody where health was opened.
    pub fn detail(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.details.insert(name.into(), value.into());
        self
    }

    /// How it is.
    pub const fn status(&self) -> Status {
        self.status
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_the_greatest() {
        use Status::{Down, OutOfService, Unknown, Up};
        let mut all = [Down, Up, OutOfService, Unknown];
        all.sort_unstable();
        assert_eq!(all, [Up, Unknown, OutOfService, Down]);
    }

    #[test]
    fn only_what_may_be_used_is_answered_200() {
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
