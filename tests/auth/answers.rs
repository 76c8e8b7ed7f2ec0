//! Answers to requests, by RFC 6750.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tollgate_auth::MasterKeyLayer;

use crate::{KEY, OTHER, basic, layer, request, send};

#[derive(Clone, Copy)]
enum Answer {
    Accepted,
    /// 401, the challenge without an error.
    Missing(&'static str),
    /// 401 `invalid_token`.
    Invalid,
    /// 400 `invalid_request`.
    Malformed(&'static str),
}

use Answer::{Accepted, Invalid};

const NONE: Answer = Answer::Missing("missing authorization header");
const SCHEME: Answer = Answer::Missing("unsupported authorization scheme, expected 'Bearer <key>'");
const FORMAT: Answer =
    Answer::Malformed("invalid authorization header format, expected 'Bearer <key>'");
const SEVERAL: Answer = Answer::Malformed("more than one set of credentials");

impl Answer {
    /// Returns status, error code and message.
    fn refusal(self) -> Option<(StatusCode, Option<&'static str>, &'static str)> {
        Some(match self {
            Self::Accepted => return None,
            Self::Missing(message) => (StatusCode::UNAUTHORIZED, None, message),
            Self::Invalid => (
                StatusCode::UNAUTHORIZED,
                Some("invalid_token"),
                "invalid master key",
            ),
            Self::Malformed(message) => (StatusCode::BAD_REQUEST, Some("invalid_request"), message),
        })
    }
}

#[track_caller]
fn assert_answer(layer: &MasterKeyLayer, request: Request<()>, answer: Answer) {
    let head = *request.method() == Method::HEAD;
    let response = send(layer, request);
    let Some((status, error, message)) = answer.refusal() else {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.body(), "up 1\n");
        return;
    };
    assert_eq!(response.status(), status);

    let challenge = match error {
        None => String::from(r#"Bearer realm="metrics""#),
        Some(error) => {
            format!(r#"Bearer realm="metrics", error="{error}", error_description="{message}""#)
        }
    };
    assert_eq!(response.headers()[WWW_AUTHENTICATE], challenge);
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");

    let body = json!({ "error": error.unwrap_or("unauthorized"), "message": message });
    let length = response.headers()[CONTENT_LENGTH].to_str().unwrap().parse();
    assert_eq!(length, Ok(body.to_string().len()));
    if head {
        assert_eq!(response.body(), "");
    } else {
        assert_eq!(
            serde_json::from_slice::<Value>(response.body()).unwrap(),
            body
        );
    }
}

/// Sends the headers with several methods, to a default layer and to one that also accepts
/// `x-api-key` and Basic.
#[track_caller]
fn assert_answers(lines: &[(&'static str, &str)], plain: Answer, every: Answer) {
    for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST] {
        let accepting = [(layer(), plain), (layer().api_key_header().basic(), every)];
        for (layer, answer) in accepting {
            let mut request = request(lines);
            *request.method_mut() = method.clone();
            assert_answer(&layer, request, answer);
        }
    }
}

#[test]
fn request_without_authorization_is_refused() {
    assert_answers(&[], NONE, NONE);
    assert_answers(
        &[("proxy-authorization", &format!("Bearer {KEY}"))],
        NONE,
        NONE,
    );

    let mut request = Request::new(());
    *request.uri_mut() = format!("/metrics?access_token={KEY}").parse().unwrap();
    assert_answer(&layer(), request, NONE);
}

#[test]
fn authorization_is_accepted_or_refused() {
    let right = format!("Bearer {KEY}");
    let no_colon = STANDARD.encode(KEY);
    let table: &[(&str, Answer, Answer)] = &[
        (&right, Accepted, Accepted),
        (&format!("bEARER {KEY}"), Accepted, Accepted),
        (&format!("Bearer   {KEY}"), Accepted, Accepted),
        (&format!("Bearer {OTHER}"), Invalid, Invalid),
        (&right[..right.len() - 1], Invalid, Invalid),
        (&format!("{right}e"), Invalid, Invalid),
        (&right.to_uppercase(), Invalid, Invalid),
        (&format!("Bearer {}", "k".repeat(100_000)), Invalid, Invalid),
        ("", FORMAT, FORMAT),
        ("Bearer", FORMAT, FORMAT),
        ("Bearer ", FORMAT, FORMAT),
        ("Bearer two words", FORMAT, FORMAT),
        (&format!("{right}, {right}"), FORMAT, FORMAT),
        (KEY, FORMAT, FORMAT),
        ("Digest username=\"prometheus\"", SCHEME, SCHEME),
        (&basic(KEY), SCHEME, Accepted),
        (&basic(KEY).replace("Basic", "BASIC"), SCHEME, Accepted),
        (&basic(OTHER), SCHEME, Invalid),
        (&basic(""), SCHEME, Invalid),
        ("Basic", FORMAT, FORMAT),
        ("Basic ?", SCHEME, FORMAT),
        (&format!("Basic {no_colon}"), SCHEME, FORMAT),
    ];
    for (value, plain, every) in table {
        assert_answers(&[("authorization", value)], *plain, *every);
    }
}

#[test]
fn api_key_is_accepted_or_refused() {
    assert_answers(&[("x-api-key", KEY)], NONE, Accepted);
    assert_answers(&[("x-api-key", OTHER)], NONE, Invalid);
    assert_answers(&[("x-api-key", "")], NONE, FORMAT);
    assert_answers(&[("x-api-key", &format!("Bearer {KEY}"))], NONE, FORMAT);
}

#[test]
fn repeated_credentials_are_refused() {
    let (right, wrong) = (&*format!("Bearer {KEY}"), &*format!("Bearer {OTHER}"));
    for second in [right, wrong, "Digest a=b", ""] {
        let lines = [("authorization", right), ("authorization", second)];
        assert_answers(&lines, SEVERAL, SEVERAL);
    }
    assert_answers(&[("x-api-key", KEY), ("x-api-key", KEY)], NONE, SEVERAL);
    assert_answers(
        &[("authorization", right), ("x-api-key", KEY)],
        Accepted,
        SEVERAL,
    );
    assert_answers(
        &[("authorization", wrong), ("x-api-key", KEY)],
        Invalid,
        SEVERAL,
    );
    assert_answers(
        &[("authorization", &basic(KEY)), ("x-api-key", KEY)],
        SCHEME,
        SEVERAL,
    );
}

#[test]
fn every_refusal_names_the_realm_and_basic() {
    let right = format!("Bearer {KEY}");
    let refusals: [&[(&str, &str)]; 3] = [
        &[],
        &[("authorization", "Bearer wrong")],
        &[("authorization", &right), ("authorization", &right)],
    ];
    let layer = layer().basic().realm("the \"inner\" ring\r\nx: y");
    for lines in refusals {
        let response = send(&layer, request(lines));
        let challenges: Vec<&str> = response
            .headers()
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .map(|challenge| challenge.to_str().unwrap())
            .collect();
        let [bearer, basic] = challenges[..] else {
            panic!("two challenges, not {challenges:?}");
        };
        assert!(bearer.starts_with(r#"Bearer realm="the \"inner\" ring??x: y""#));
        assert_eq!(basic, r#"Basic realm="the \"inner\" ring??x: y""#);
    }
}
