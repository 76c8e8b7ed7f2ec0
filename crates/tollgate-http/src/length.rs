//! How long a body is.

/// The length of a body in a single word, since every request holds one: the largest value stands
/// for a length that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Length(u64);

impl Length {
    pub(crate) const ZERO: Self = Self(0);
    pub(crate) const UNKNOWN: Self = Self(u64::MAX);

    pub(crate) fn known(self) -> Option<u64> {
        (self != Self::UNKNOWN).then_some(self.0)
    }

    /// Whether so many bytes are all that there is, as far as that is known.
    #[inline]
    pub(crate) fn is_reached(self, bytes: u64) -> bool {
        bytes >= self.0
    }
}

impl From<u64> for Length {
    #[inline]
    fn from(bytes: u64) -> Self {
        Self(bytes)
    }
}
