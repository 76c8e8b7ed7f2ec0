//! A range of ports for a listener.

use std::ops::RangeInclusive;

use super::address::{port, refused};
use crate::Error;

/// Parses `8001-8049`, also with an en dash.
pub(crate) fn range(value: &str) -> Result<RangeInclusive<u16>, Error> {
    let ends = value.split_once(['-', '–']);
    let ports = ends.and_then(|(first, last)| Some(port(first)?..=port(last)?));
    check(ports).map_err(|fix| refused(value, fix))
}

/// Checks that a listener can find a port in a range.
pub(super) fn check(
    ports: Option<RangeInclusive<u16>>,
) -> Result<RangeInclusive<u16>, &'static str> {
    match ports {
        None => Err("a range is two ports; write them such as \"8001-8049\""),
        Some(ports) if *ports.start() == 0 => {
            Err("port 0 is no port to look for; start at 1 or above")
        }
        Some(ports) if ports.is_empty() => {
            Err("the range ends before it starts; write the smaller port first")
        }
        Some(ports) => Ok(ports),
    }
}

/// Returns the text of a range, which [`range`] parses.
pub(crate) fn shown(ports: &RangeInclusive<u16>) -> String {
    format!("{}-{}", ports.start(), ports.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_includes_both_ends() {
        for value in ["8001-8049", "8001–8049"] {
            let ports = range(value).unwrap();
            assert_eq!(ports, 8001..=8049);
            assert_eq!(shown(&ports), "8001-8049");
        }
        assert_eq!(range("65535-65535").unwrap(), 65535..=65535);
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
            let error = range(value).unwrap_err();
            let expected = format!("cannot listen on {value:?}: {expected}");
            assert!(error.to_string().starts_with(&expected), "{error}");
        }
    }
}
