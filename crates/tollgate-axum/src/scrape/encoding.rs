//! The encoding of a rendering on its way.

use std::io;

use axum::http::{HeaderMap, HeaderValue, header::ACCEPT_ENCODING};

/// The encoding of a rendering on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Encoding {
    Identity,
    /// Never requested without the feature `gzip`.
    Gzip,
}

impl Encoding {
    /// Returns the encoding that `Accept-Encoding` prefers ([RFC 9110, 12.5.3]): gzip unless it is refused
    /// or weighs less than sending it plain. Plain is always possible, even where it is refused.
    ///
    /// [RFC 9110, 12.5.3]: https://www.rfc-editor.org/rfc/rfc9110.html#section-12.5.3
    pub(super) fn requested(headers: &HeaderMap) -> Self {
        let (mut gzip, mut identity, mut any) = (None, None, None);
        let values = headers.get_all(ACCEPT_ENCODING).iter();
        let elements = values.filter_map(|value| value.to_str().ok());
        for element in elements.flat_map(|value| value.split(',')) {
            let (coding, parameter) = element.split_once(';').unwrap_or((element, "q=1"));
            let weight = parameter.trim().strip_prefix(['q', 'Q']);
            let weight = weight.and_then(|weight| weight.strip_prefix('='));
            let Some(weight) = weight.and_then(super::weight::weight) else {
                continue;
            };
            match coding.trim().to_ascii_lowercase().as_str() {
                "*" => any = Some(weight),
                "identity" => identity = Some(weight),
                // RFC 9110, 8.4.1.3: the two are the same.
                "gzip" | "x-gzip" => gzip = Some(weight),
                _ => {}
            }
        }
        let gzip = gzip.or(any).unwrap_or(0);
        let identity = identity.or(any).unwrap_or(0);
        if cfg!(feature = "gzip") && gzip > 0 && gzip >= identity {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    /// Returns the value of `Content-Encoding`, if it is sent.
    pub(super) const fn content_encoding(self) -> Option<HeaderValue> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some(HeaderValue::from_static("gzip")),
        }
    }

    #[cfg_attr(
        not(feature = "gzip"),
        expect(clippy::unnecessary_wraps, reason = "only a compressor can fail")
    )]
    pub(super) fn encode(self, plain: Vec<u8>) -> io::Result<Vec<u8>> {
        match self {
            #[cfg(feature = "gzip")]
            Self::Gzip => {
                use std::io::Write;

                // Expositions repeat themselves: level 1 already shrinks them to a tenth, at a
                // third of the time of level 6.
                let level = flate2::Compression::fast();
                let compressed = Vec::with_capacity(plain.len() / 8);
                let mut encoder = flate2::write::GzEncoder::new(compressed, level);
                encoder.write_all(&plain)?;
                encoder.finish()
            }
            _ => Ok(plain),
        }
    }
}

#[cfg(all(test, feature = "gzip"))]
mod tests;
