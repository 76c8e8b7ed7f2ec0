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
