//! The ports that a listener may take the first free one of.

use std::{fmt, str::FromStr};

use super::address::port;
use crate::{AddressError, AddressErrorKind};

/// A range of ports, both ends included, of which a listener takes the first free one.
///
/// For several processes of a kind on one machine, each of which is scraped.
///
/// # Examples
///
/// ```
/// use tollgate::PortRange;
///
/// let ports: PortRange = "8001-8049".parse()?;
/// assert_eq!(ports.to_string(), "8001-8049");
/// # Ok::<(), tollgate::AddressError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PortRange {
    pub(super) first: u16,
    pub(super) last: u16,
}

impl FromStr for PortRange {
    type Err = AddressError;

    /// Reads `8001-8049`, also with an en dash.
    fn from_str(value: &str) -> Result<Self, Self::Err> {
        range(value).map_err(|kind| AddressError::new(kind, value))
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

fn range(value: &str) -> Result<PortRange, AddressErrorKind> {
    let (first, last) = value
        .split_once(['-', '–'])
        .ok_or(AddressErrorKind::InvalidRange)?;
    let (Some(first), Some(last)) = (port(first), port(last)) else {
        return Err(AddressErrorKind::InvalidRange);
    };
    if first == 0 {
        return Err(AddressErrorKind::ZeroInRange);
    }
    if first > last {
        return Err(AddressErrorKind::BackwardRange);
    }
    Ok(PortRange { first, last })
}

#[cfg(test)]
mod tests {
    use super::*;
    use AddressErrorKind as Kind;

    #[test]
    fn a_range_includes_both_ends() {
        for value in ["8001-8049", "8001–8049"] {
            let range: PortRange = value.parse().unwrap();
            assert_eq!((range.first, range.last), (8001, 8049));
            assert_eq!(range.to_string(), "8001-8049");
        }
        let range: PortRange = "65535-65535".parse().unwrap();
        assert_eq!((range.first, range.last), (65535, 65535));
    }

    #[test]
    fn what_is_no_range_is_told_apart() {
        for (value, kind) in [
            ("", Kind::InvalidRange),
            ("8001", Kind::InvalidRange),
            ("8001-", Kind::InvalidRange),
            ("-8049", Kind::InvalidRange),
            ("8001 - 8049", Kind::InvalidRange),
            ("8001-65536", Kind::InvalidRange),
            ("8001-8010-8049", Kind::InvalidRange),
            ("0-8049", Kind::ZeroInRange),
            ("8049-8001", Kind::BackwardRange),
        ] {
            let error = value.parse::<PortRange>().unwrap_err();
            assert_eq!(error.kind(), kind, "{value:?}");
        }
    }
}
