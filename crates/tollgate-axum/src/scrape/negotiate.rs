//! The representation that a scrape asks for: format, encoding and families.

use std::cmp::Reverse;

use axum::http::{HeaderMap, header::ACCEPT};
use mediatype::{MediaType, MediaTypeList, ReadParams, names};
use tollgate_exposition::{Format, Selection};

use super::{
    encoding::Encoding,
    weight::{MAX_WEIGHT, weight},
};

/// A representation of the exposition. Scrapes that ask for the same one share a rendering.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Representation {
    pub(super) format: Format,
    pub(super) selection: Selection,
    pub(super) encoding: Encoding,
}

impl Representation {
    /// Returns the representation that a scrape with these headers and this query asks for, of the
    /// formats that are offered.
    pub(super) fn requested(headers: &HeaderMap, query: Option<&str>, offered: &[Format]) -> Self {
        let names = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .filter(|(key, _)| key == "name[]")
            .map(|(_, name)| name);
        Self {
            format: format(headers, offered),
            selection: Selection::names(names),
            encoding: Encoding::requested(headers),
        }
    }
}

/// Returns the format that `Accept` prefers ([RFC 9110, 12.5.1]): the one that weighs most, then the
/// one that is named most precisely, then the one that is offered first. If none is acceptable, or
/// nothing can be read, it is the first one offered: a scraper may understand it all the same.
///
/// [RFC 9110, 12.5.1]: https://www.rfc-editor.org/rfc/rfc9110.html#section-12.5.1
fn format(headers: &HeaderMap, offered: &[Format]) -> Format {
    let values = headers.get_all(ACCEPT);
    let ranges: Vec<_> = values
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(MediaTypeList::new)
        .filter_map(Result::ok)
        .filter_map(MediaRange::new)
        .collect();
    let preference = |format: &Format| {
        let media_type = MediaType::parse(format.content_type()).ok()?;
        // The most precise range decides, also where it weighs less than a wider one.
        let (precision, weight) = ranges
            .iter()
            .filter_map(|range| Some((range.precision(&media_type)?, range.weight)))
            .max_by_key(|(precision, _)| *precision)?;
        (weight > 0).then_some((weight, precision))
    };
    offered
        .iter()
        .enumerate()
        .filter_map(|(index, format)| Some(((preference(format)?, Reverse(index)), format)))
        .max_by_key(|(rank, _)| *rank)
        .map(|(_, format)| *format)
        .or_else(|| offered.first().copied())
        .unwrap_or(Format::Text)
}

/// One element of `Accept`.
struct MediaRange<'a> {
    range: MediaType<'a>,
    weight: u16,
}

impl<'a> MediaRange<'a> {
    /// Reads a range; `None` if its weight is not valid.
    fn new(range: MediaType<'a>) -> Option<Self> {
        let weight = match range.get_param(names::Q) {
            Some(value) => weight(value.as_str())?,
            None => MAX_WEIGHT,
        };
        Some(Self { range, weight })
    }

    /// Returns how precisely the range names `offered`, or `None` if it does not.
    fn precision(&self, offered: &MediaType<'_>) -> Option<usize> {
        let MediaType {
            ty, subty, suffix, ..
        } = self.range;
        let named = match (ty == names::_STAR, subty == names::_STAR) {
            (true, true) => 0,
            (false, true) if ty == offered.ty => 1,
            (false, false)
                if (ty, subty, suffix) == (offered.ty, offered.subty, offered.suffix) =>
            {
                2
            }
            _ => return None,
        };
        self.range
            .params()
            // `escaping` is about names outside [a-zA-Z0-9_:], and there are none. Prometheus 3 adds
            // it to every range.
            .filter(|(name, _)| *name != names::Q && *name != "escaping")
            .try_fold(named, |precision, (name, value)| {
                let offered = offered.get_param(name)?;
                offered
                    .unquoted_str()
                    .eq_ignore_ascii_case(&value.unquoted_str())
                    .then_some(precision + 1)
            })
    }
}

#[cfg(test)]
mod tests;
