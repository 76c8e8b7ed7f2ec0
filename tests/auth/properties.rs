//! Properties of all keys and all headers.

use std::error::Error;

use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use proptest::prelude::*;
use tollgate_auth::{MasterKeyLayer, MasterKeys};
use tower::Layer;

use crate::{Metrics, basic, layer, request, send};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

fn key() -> impl Strategy<Value = String> {
    "[!-~]{16,64}"
}

/// Returns everything of a response that leaves the process.
fn text(response: &Response<bytes::Bytes>) -> String {
    format!("{response:?} {}", String::from_utf8_lossy(response.body()))
}

/// Generates values of headers: any bytes, or bytes that start like credentials.
fn header_value() -> impl Strategy<Value = HeaderValue> {
    let start = prop_oneof![
        Just(""),
        Just("Bearer "),
        Just("bearer"),
        Just("Basic "),
        Just("Basic cHJvbWV0aGV1czo"),
        Just("Digest "),
    ];
    let rest = prop_oneof![
        "[A-Za-z0-9+/=]{0,80}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..80),
        Just(vec![b'A'; 5_000]),
    ];
    (start, rest).prop_filter_map("invalid in a header", |(start, rest)| {
        HeaderValue::from_bytes(&[start.as_bytes(), &rest].concat()).ok()
    })
}

proptest! {
    #[test]
    fn key_is_accepted_and_never_shown(key in key(), other in key()) {
        prop_assume!(key != other);
        let keys = MasterKeys::new([key.as_str()]).unwrap();
        let layer = MasterKeyLayer::new(keys.clone()).api_key_header().basic();

        let ways = |key: &str| [
            ("authorization", format!("Bearer {key}")),
            ("authorization", basic(key)),
            ("x-api-key", key.to_owned()),
        ];
        let mut shown = format!("{keys:?} {layer:?} {:?}", layer.layer(Metrics::default()));
        for (name, value) in ways(&key) {
            let response = send(&layer, request(&[(name, &value)]));
            prop_assert_eq!(response.status(), StatusCode::OK);
        }
        for (name, value) in ways(&other) {
            let response = send(&layer, request(&[(name, &value)]));
            prop_assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
            shown.push_str(&text(&response));
            let response = send(&layer, request(&[(name, &format!("{value} {key}"))]));
            prop_assert_eq!(response.status(), StatusCode::BAD_REQUEST);
            shown.push_str(&text(&response));
        }
        prop_assert!(!shown.contains(&key), "{}", shown);
        prop_assert!(!shown.contains(&other), "{}", shown);
    }

    #[test]
    fn error_does_not_show_the_key(key in key(), at in any::<prop::sample::Index>()) {
        let at = at.index(key.len() + 1);
        let (start, end) = key.split_at(at);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        for broken in [format!("{start} {end}"), format!("{start}\u{7f}{end}"), key.repeat(65), key[..15].to_owned()] {
            std::fs::write(&path, &broken).unwrap();
            for error in [MasterKeys::new([broken.as_str()]), MasterKeys::from_file(&path)] {
                let error = error.unwrap_err();
                prop_assert!(error.source().is_none());
                let shown = format!("{error} {error:?}");
                prop_assert!(!shown.contains(&broken) && !shown.contains(&key), "{}", shown);
            }
        }
    }

    #[test]
    fn every_header_is_answered(
        authorization in prop::collection::vec(header_value(), 0..3),
        api_key in prop::collection::vec(header_value(), 0..3),
    ) {
        for layer in [layer(), layer().basic(), layer().api_key_header().basic()] {
            let mut request = Request::new(());
            for value in &authorization {
                request.headers_mut().append(AUTHORIZATION, value.clone());
            }
            for value in &api_key {
                request.headers_mut().append(X_API_KEY, value.clone());
            }
            let status = send(&layer, request).status();
            prop_assert!(matches!(status, StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST), "{}", status);
        }
    }
}
