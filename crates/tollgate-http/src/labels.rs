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

/// A status as the status label knows it: a code from 100 to 599, a class of them, or `other`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Status(u16);

impl Status {
    /// What is recorded for a request that was dropped before it was answered (nginx's 499).
    pub(crate) const CANCELLED: Self = Self(499);
    /// What is recorded for a request whose service failed or panicked before it answered.
    pub(crate) const FAILED: Self = Self(500);

    const OTHER: Self = Self(0);

    #[inline]
    pub(crate) fn new(code: StatusCode) -> Self {
        match code.as_u16() {
            code @ 100..=599 => Self(code),
            _ => Self::OTHER,
        }
    }

    /// The place of a common status among the ready slots, none for a rare one.
    #[inline]
    pub(crate) fn slot(self) -> Option<usize> {
        let index = usize::from(self.0.checked_sub(100)?);
        match SLOTS.get(index) {
            Some(&slot) if slot != RARE => Some(usize::from(slot)),
            _ => None,
        }
    }

    pub(crate) fn is_server_error(self) -> bool {
        (500..=599).contains(&self.0)
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
        match (self, detail) {
            (Self::OTHER, _) => Cow::Borrowed("other"),
            (Self(code), StatusDetail::Code) => Cow::Owned(code.to_string()),
            (Self(code), StatusDetail::Class) => Cow::Owned(format!("{}xx", code / 100)),
        }
    }

    /// The status that stands for all that share its label.
    #[inline]
    pub(crate) fn folded(self, detail: StatusDetail) -> Self {
        match detail {
            StatusDetail::Code => self,
            StatusDetail::Class => Self(self.0 - self.0 % 100),
        }
    }
}

/// Whether the status label holds the code (`404`) or its class (`4xx`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusDetail {
    Code,
    Class,
}

/// The statuses that most services answer with, each with a slot of its own; the class heads
/// (100, 200, 300, 400, 500) are among them, so that classes never go the rare way.
const COMMON: [u16; 32] = [
    100, 101, 200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405,
    406, 408, 409, 410, 413, 415, 422, 429, 499, 500, 502, 503, 504,
];

/// How many statuses have a slot of their own.
pub(crate) const SLOT_COUNT: usize = COMMON.len();

const RARE: u8 = u8::MAX;

/// From `status - 100` to its slot.
static SLOTS: [u8; 500] = {
    let mut slots = [RARE; 500];
    let mut slot = 0;
    while slot < SLOT_COUNT {
        #[expect(clippy::cast_possible_truncation, reason = "there are 32 slots")]
        let value = slot as u8;
        slots[COMMON[slot] as usize - 100] = value;
        slot += 1;
    }
    slots
};

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
    fn slots_are_distinct_and_complete() {
        let slots: Vec<usize> = COMMON
            .iter()
            .map(|&code| Status(code).slot().unwrap())
            .collect();
        assert_eq!(slots, (0..SLOT_COUNT).collect::<Vec<_>>());
        assert_eq!(Status(418).slot(), None);
        assert_eq!(Status::OTHER.slot(), None);
    }

    #[test]
    fn labels_are_codes_classes_or_other() {
        let label = |code: u16, detail| {
            let status = Status::new(StatusCode::from_u16(code).unwrap());
            status.folded(detail).label(detail)
        };
        assert_eq!(label(404, StatusDetail::Code), "404");
        assert_eq!(label(418, StatusDetail::Class), "4xx");
        assert_eq!(label(599, StatusDetail::Code), "599");
        assert_eq!(label(600, StatusDetail::Code), "other");
        assert_eq!(label(999, StatusDetail::Class), "other");
    }
}
