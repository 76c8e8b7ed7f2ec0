//! Length of a body.

/// Length of a body in one word, since every request holds one. The largest value stands
/// for an unknown length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Length(u64);

impl Length {
    pub(crate) const ZERO: Self = Self(0);
    pub(crate) const UNKNOWN: Self = Self(u64::MAX);

    pub(crate) fn known(self) -> Option<u64> {
        (self != Self::UNKNOWN).then_some(self.0)
    }

    /// Returns whether `bytes` are all of a body of known length.
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
