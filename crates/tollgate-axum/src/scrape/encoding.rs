//! The encoding of a rendering on its way.

use std::io;

use axum::http::{HeaderMap, HeaderValue};

/// The encoding of a rendering on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Encoding {
    Identity,
    #[cfg(feature = "gzip")]
    Gzip,
}

impl Encoding {
    /// Returns the encoding that `Accept-Encoding` prefers ([RFC 9110, 12.5.3]): gzip unless it is refused
    /// or weighs less than sending it plain. Plain is always possible, even where it is refused.
    ///
    /// [RFC 9110, 12.5.3]: https://www.rfc-editor.org/rfc/rfc9110.html#section-12.5.3
    #[cfg(feature = "gzip")]
    pub(super) fn requested(headers: &HeaderMap) -> Self {
        let (mut gzip, mut identity, mut any) = (None, None, None);
        let values = headers.get_all(axum::http::header::ACCEPT_ENCODING);
        for element in values
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
        {
            let (coding, weight) = element.split_once(';').unwrap_or((element, "q=1"));
            let Some(weight) = weight
                .trim()
                .strip_prefix(['q', 'Q'])
                .and_then(|weight| weight.strip_prefix('='))
                .and_then(super::weight::weight)
            else {
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
        if gzip > 0 && gzip >= identity {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    #[cfg(not(feature = "gzip"))]
    pub(super) fn requested(_headers: &HeaderMap) -> Self {
        Self::Identity
    }

    /// Returns the value of `Content-Encoding`, if it is sent.
    pub(super) const fn content_encoding(self) -> Option<HeaderValue> {
        match self {
            Self::Identity => None,
            #[cfg(feature = "gzip")]
            Self::Gzip => Some(HeaderValue::from_static("gzip")),
        }
    }

    #[cfg_attr(
        not(feature = "gzip"),
        expect(clippy::unnecessary_wraps, reason = "only a compressor can fail")
    )]
    pub(super) fn encode(self, plain: Vec<u8>) -> io::Result<Vec<u8>> {
        match self {
            Self::Identity => Ok(plain),
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
        }
    }
}

#[cfg(all(test, feature = "gzip"))]
mod tests {
    use std::io::Read;

    use axum::http::{HeaderMap, HeaderValue, header::ACCEPT_ENCODING};

    use super::Encoding::{self, Gzip, Identity};

    #[track_caller]
    fn requested(values: &[&'static str]) -> Encoding {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_static(value));
        }
        Encoding::requested(&headers)
    }

    #[test]
    fn gzip_is_chosen_by_weight() {
        for (value, encoding) in [
            ("gzip", Gzip),
            ("GZip", Gzip),
            ("x-gzip", Gzip),
            ("deflate, gzip;q=0.5", Gzip),
            ("gzip ; q=0.001", Gzip),
            ("gzip;Q=1.000", Gzip),
            ("gzip, identity", Gzip),
            ("gzip, *;q=0", Gzip),
            ("*", Gzip),
            ("*;q=0.1", Gzip),
            ("identity;q=0, *", Gzip),
            ("identity;q=0, gzip", Gzip),
            ("", Identity),
            ("br, zstd", Identity),
            ("gzip;q=0", Identity),
            ("gzip;q=0.000", Identity),
            ("gzip;q=0, *", Identity),
            ("gzip;q=0.5, identity", Identity),
            ("gzip;q=0.5, *", Identity),
            ("*;q=0", Identity),
            ("identity;q=0, gzip;q=0", Identity),
            ("gzip;q=1.1", Identity),
            ("gzip;q=yes", Identity),
            ("gzip;level=1", Identity),
            ("gzippy", Identity),
        ] {
            assert_eq!(requested(&[value]), encoding, "{value:?}");
        }
    }

    #[test]
    fn several_headers_are_one_list() {
        assert_eq!(requested(&[]), Identity);
        assert_eq!(requested(&["br", "gzip"]), Gzip);
        assert_eq!(requested(&["gzip;q=0.5", "identity"]), Identity);
    }

    #[test]
    fn gzip_unpacks_to_what_went_in() {
        let plain = b"up 1\n".repeat(1000);
        let packed = Gzip.encode(plain.clone()).unwrap();
        assert!(packed.len() < plain.len() / 10);

        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&packed[..])
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, plain);
    }
}
