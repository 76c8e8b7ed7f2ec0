//! The closed sets of label values: methods, statuses, phases.

use std::borrow::Cow;

use http::{Method, StatusCode};

/// The methods of RFC 9110, PATCH (RFC 5789) and QUERY, in the order of [`method_index`].
const METHODS: [&str; 10] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY",
];

/// The place of HEAD.
pub(crate) const HEAD: usize = 1;
/// The place of CONNECT.
pub(crate) const CONNECT: usize = 5;

/// How many values the method label can have: the standard ones and one for all the others.
pub(crate) const METHOD_COUNT: usize = METHODS.len() + 1;

/// Maps a method to its place among the values of the method label.
#[inline]
pub(crate) fn method_index(method: &Method) -> usize {
    match *method {
        Method::GET => 0,
        Method::HEAD => HEAD,
        Method::POST => 2,
        Method::PUT => 3,
        Method::DELETE => 4,
        Method::CONNECT => CONNECT,
        Method::OPTIONS => 6,
        Method::TRACE => 7,
        Method::PATCH => 8,
        Method::QUERY => 9,
        _ => METHODS.len(),
    }
}

/// The label value of a method's place, with `other` for every method that is not standard.
pub(crate) fn method_label(index: usize, other: &'static str) -> &'static str {
    METHODS.get(index).copied().unwrap_or(other)
}

/// How a request ended as the status label knows it: with a code from 100 to 599, with `other`, or
/// cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Status(u16);

impl Status {
    /// How many groups of neighbours the statuses come in, and how many there are in each.
    pub(crate) const GROUPS: usize = 32;
    pub(crate) const GROUP_SIZE: usize = 16;

    /// What is recorded for a request whose service failed or panicked before it answered.
    pub(crate) const FAILED: Self = Self(500);
    /// What is recorded for a request that was dropped before it was answered. Its label is nginx's
    /// 499, but it is not the 499 that a service itself may answer with.
    pub(crate) const CANCELLED: Self = Self(601);

    const OTHER: Self = Self(600);

    #[inline]
    pub(crate) fn new(code: StatusCode) -> Self {
        match code.as_u16() {
            code @ 100..=599 => Self(code),
            _ => Self::OTHER,
        }
    }

    /// The group of a status, and its place in that.
    #[inline]
    pub(crate) fn place(self) -> (usize, usize) {
        // No status is out of reach; saying so spares the checks.
        let index = usize::from(self.0 - 100) % (Self::GROUPS * Self::GROUP_SIZE);
        (index / Self::GROUP_SIZE, index % Self::GROUP_SIZE)
    }

    /// What the OpenTelemetry conventions call the error, if it is one.
    pub(crate) fn error_type(self, detail: StatusDetail) -> Cow<'static, str> {
        match self.0 {
            500..=599 => self.label(detail),
            _ if self == Self::CANCELLED => Cow::Borrowed("cancelled"),
            _ => Cow::Borrowed(""),
        }
    }

    /// Whether no response of this status has a body.
    #[inline]
    pub(crate) fn is_bodiless(self) -> bool {
        matches!(self.0, 100..=199 | 204 | 304)
    }

    /// Whether the status is a 2xx.
    #[inline]
    pub(crate) fn is_success(self) -> bool {
        matches!(self.0, 200..=299)
    }

    pub(crate) fn label(self, detail: StatusDetail) -> Cow<'static, str> {
        let code = match self {
            Self::OTHER => return Cow::Borrowed("other"),
            Self::CANCELLED => 499,
            Self(code) => code,
        };
        Cow::Owned(match detail {
            StatusDetail::Code => code.to_string(),
            StatusDetail::Class => format!("{}xx", code / 100),
        })
    }
}

/// Whether the status label holds the code (`404`) or its class (`4xx`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusDetail {
    Code,
    Class,
}

/// Where a cancelled request was when it was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Before the response's head.
    Head,
    /// After the head, before the end of the body.
    Body,
}

impl Phase {
    pub(crate) const COUNT: usize = 2;

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Body => "body",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standard_method_has_its_own_label() {
        for name in METHODS {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            assert_eq!(method_label(method_index(&method), "other"), name);
        }
    }

    #[test]
    fn every_other_method_shares_one_label() {
        for name in [
            "get",
            "PROPFIND",
            "A",
            "X-VERY-LONG-METHOD-NAME-OF-A-SCANNER",
        ] {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            assert_eq!(method_label(method_index(&method), "_OTHER"), "_OTHER");
        }
    }

    #[test]
    fn every_status_has_a_place_of_its_own() {
        let statuses = (100..=Status::CANCELLED.0).map(Status);
        let mut places: Vec<_> = statuses.map(Status::place).collect();
        assert!(places.is_sorted());
        places.dedup();
        assert_eq!(places.len(), 502);
        assert!(places.iter().all(|&(group, _)| group < Status::GROUPS));
    }

    #[test]
    fn labels_are_codes_classes_or_other() {
        let label = |code: u16, detail| {
            let status = Status::new(StatusCode::from_u16(code).unwrap());
            status.label(detail)
        };
        assert_eq!(label(404, StatusDetail::Code), "404");
        assert_eq!(label(418, StatusDetail::Class), "4xx");
        assert_eq!(label(599, StatusDetail::Code), "599");
        assert_eq!(label(600, StatusDetail::Code), "other");
        assert_eq!(label(999, StatusDetail::Class), "other");
        assert_eq!(Status::CANCELLED.label(StatusDetail::Code), "499");
        assert_eq!(Status::CANCELLED.label(StatusDetail::Class), "4xx");
    }

    #[test]
    fn only_a_cancelled_request_has_the_error_of_one() {
        let error = |status: Status| status.error_type(StatusDetail::Code);
        assert_eq!(error(Status::CANCELLED), "cancelled");
        assert_eq!(error(Status(499)), "");
        assert_eq!(error(Status(503)), "503");
        assert_eq!(error(Status::OTHER), "");
    }
}
