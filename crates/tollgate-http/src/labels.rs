//! Closed sets of label values: methods, statuses, phases.

use std::borrow::Cow;

use http::{Method, StatusCode};

/// Methods of RFC 9110, PATCH (RFC 5789) and QUERY, in the order of [`method_index`].
const METHODS: [&str; 10] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY",
];

/// Place of HEAD.
pub(crate) const HEAD: usize = 1;
/// Place of CONNECT.
pub(crate) const CONNECT: usize = 5;

/// Number of values of the method label: the standard ones, and one for all others.
pub(crate) const METHOD_COUNT: usize = METHODS.len() + 1;

/// Returns the place of a method among the values of the method label.
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

/// Returns the label value of a method's place, or `other` for a method that is not standard.
pub(crate) fn method_label(index: usize, other: &'static str) -> &'static str {
    METHODS.get(index).copied().unwrap_or(other)
}

/// Outcome of a request for the status label: a code from 100 to 599, `other`, or cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(u16);

/// Code in the place of a request dropped before its response.
const CANCELLED: u16 = 601;

/// Words in the place of a code, for an outgoing call without a response. The first ones are in the
/// order of `CallFailure`.
pub(crate) const WORDS: [&str; 4] = ["network_error", "timeout", "cancelled", "panic"];

impl Status {
    /// Statuses of most requests.
    pub(crate) const COMMON: [u16; 16] = [
        200, 201, 202, 204, 206, 301, 302, 304, 400, 401, 403, 404, 409, 422, 500, CANCELLED,
    ];

    /// Number of groups of neighbours, and of statuses in each.
    pub(crate) const GROUPS: usize = 32;
    pub(crate) const GROUP_SIZE: usize = 16;

    /// Status of a request whose service failed or panicked before it answered.
    pub(crate) const FAILED: Self = Self(500);
    /// Status of a request dropped before its response. Its label is nginx's 499, but it is not the 499
    /// that a service itself may answer with.
    pub(crate) const CANCELLED: Self = Self(CANCELLED);

    /// Number of all statuses.
    pub(crate) const COUNT: usize = Self::GROUPS * Self::GROUP_SIZE;

    const OTHER: Self = Self(600);

    #[inline]
    pub(crate) fn new(code: StatusCode) -> Self {
        match code.as_u16() {
            code @ 100..=599 => Self(code),
            _ => Self::OTHER,
        }
    }

    /// Returns the status of an outgoing call that ended in this exception before its response.
    #[cfg(feature = "client")]
    pub(crate) fn of_word(exception: &str) -> Self {
        let mut words = (CANCELLED + 1..).zip(WORDS);
        let word = words.find(|&(_, word)| word == exception);
        Self(word.map_or(CANCELLED + 1, |(code, _)| code))
    }

    /// Returns the place of a status among the common ones, if it is one.
    #[inline]
    pub(crate) fn common(self) -> Option<usize> {
        let place = usize::from(COMMON_PLACES[self.index()]);
        (place < Self::COMMON.len()).then_some(place)
    }

    /// Returns the group of a status, and its place there.
    #[inline]
    pub(crate) fn place(self) -> (usize, usize) {
        (
            self.index() / Self::GROUP_SIZE,
            self.index() % Self::GROUP_SIZE,
        )
    }

    #[inline]
    fn index(self) -> usize {
        // Every status is in range. The remainder spares the bounds checks.
        usize::from(self.0 - 100) % Self::COUNT
    }

    /// Returns the error by the OpenTelemetry conventions; empty if it is none.
    pub(crate) fn error_type(self, detail: StatusDetail) -> Cow<'static, str> {
        match self.0 {
            500..=599 => self.label(detail),
            _ if self == Self::CANCELLED => Cow::Borrowed("cancelled"),
            602.. => self.label(detail),
            _ => Cow::Borrowed(""),
        }
    }

    /// Returns whether no response of this status has a body.
    #[inline]
    pub(crate) fn is_bodiless(self) -> bool {
        matches!(self.0, 100..=199 | 204 | 304)
    }

    /// Returns whether the status is a 2xx.
    #[inline]
    pub(crate) fn is_success(self) -> bool {
        matches!(self.0, 200..=299)
    }

    pub(crate) fn label(self, detail: StatusDetail) -> Cow<'static, str> {
        let code = match self {
            Self::OTHER => return Cow::Borrowed("other"),
            Self::CANCELLED => 499,
            Self(code) if code > CANCELLED => {
                let word = usize::from(code - CANCELLED) - 1;
                return Cow::Borrowed(WORDS[word]);
            }
            Self(code) => code,
        };
        Cow::Owned(match detail {
            StatusDetail::Code => code.to_string(),
            StatusDetail::Class => format!("{}xx", code / 100),
        })
    }
}

/// Place among the common statuses, or beyond, by index.
static COMMON_PLACES: [u8; Status::COUNT] = {
    let mut places = [u8::MAX; Status::COUNT];
    let mut place = 0;
    while place < Status::COMMON.len() {
        #[expect(clippy::cast_possible_truncation, reason = "there are 16")]
        let value = place as u8;
        places[Status::COMMON[place] as usize - 100] = value;
        place += 1;
    }
    places
};

/// Content of the status label: the code (`404`) or its class (`4xx`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusDetail {
    Code,
    Class,
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
        let statuses = (100..=CANCELLED + 4).map(Status);
        let mut places: Vec<_> = statuses.map(Status::place).collect();
        assert!(places.is_sorted());
        places.dedup();
        assert_eq!(places.len(), 506);
        assert!(places.iter().all(|&(group, _)| group < Status::GROUPS));
    }

    #[test]
    fn common_statuses_have_places_of_their_own() {
        let common = Status::COMMON.map(|code| Status(code).common());
        assert_eq!(common, std::array::from_fn(Some));
        let all = (100..=CANCELLED + 4).map(Status);
        assert_eq!(all.filter_map(Status::common).count(), common.len());
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
