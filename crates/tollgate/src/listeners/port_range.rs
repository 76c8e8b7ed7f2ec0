//! A range of ports for a listener.

use std::{fmt, str::FromStr};

use super::address::{port, refused};
use crate::Error;

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
/// # Ok::<(), tollgate::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PortRange {
    pub(super) first: u16,
    pub(super) last: u16,
}

impl FromStr for PortRange {
    type Err = Error;

    /// Parses `8001-8049`, also with an en dash.
    fn from_str(value: &str) -> Result<Self, Self::Err> {
        range(value).map_err(|fix| refused(value, fix))
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

fn range(value: &str) -> Result<PortRange, &'static str> {
    let (first, last) = value
        .split_once(['-', '–'])
        .ok_or("a range is two ports; write them such as \"8001-8049\"")?;
    let (Some(first), Some(last)) = (port(first), port(last)) else {
        return Err("a range is two ports; write them such as \"8001-8049\"");
    };
    if first == 0 {
        return Err("port 0 is no port to look for; start at 1 or above");
    }
    if first > last {
        return Err("the range ends before it starts; write the smaller port first");
    }
    Ok(PortRange { first, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_includes_both_ends() {
        for value in ["8001-8049", "8001–8049"] {
            let range: PortRange = value.parse().unwrap();
            assert_eq!((range.first, range.last), (8001, 8049));
            assert_eq!(range.to_string(), "8001-8049");
        }
        let range: PortRange = "65535-65535".parse().unwrap();
        assert_eq!((range.first, range.last), (65535, 65535));
    }

    #[test]
    fn wrong_range_is_refused_with_its_fix() {
        for (value, expected) in [
            ("", "a range is two ports"),
            ("8001", "a range is two ports"),
            ("8001-", "a range is two ports"),
            ("-8049", "a range is two ports"),
            ("8001 - 8049", "a range is two ports"),
            ("8001-65536", "a range is two ports"),
            ("8001-8010-8049", "a range is two ports"),
            ("0-8049", "port 0 is no port"),
            ("8049-8001", "the range ends before"),
        ] {
            let error = value.parse::<PortRange>().unwrap_err();
            let expected = format!("cannot listen on {value:?}: {expected}");
            assert!(error.to_string().starts_with(&expected), "{error}");
        }
    }
}
