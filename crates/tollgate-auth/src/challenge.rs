//! Answers to refused requests, by RFC 6750.

use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE},
};

/// Reason of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoCredentials,
    UnsupportedScheme,
    Malformed,
    Repeated,
    WrongKey,
}

impl Refusal {
    /// Returns the status, the error code and the message.
    ///
    /// By RFC 6750, section 3.1, a request that does not try to authenticate gets no code. The message
    /// goes into a quoted string and into JSON without escaping, so it has no `"` and no `\`.
    fn answer(self) -> (StatusCode, Option<&'static str>, &'static str) {
        let (unauthorized, bad) = (StatusCode::UNAUTHORIZED, StatusCode::BAD_REQUEST);
        let (invalid_request, invalid_token) = (Some("invalid_request"), Some("invalid_token"));
        match self {
            Self::NoCredentials => (unauthorized, None, "missing authorization header"),
            Self::UnsupportedScheme => (
                unauthorized,
                None,
                "unsupported authorization scheme, expected 'Bearer <key>'",
            ),
            Self::Malformed => (
                bad,
                invalid_request,
                "invalid authorization header format, expected 'Bearer <key>'",
            ),
            Self::Repeated => (bad, invalid_request, "more than one set of credentials"),
            Self::WrongKey => (unauthorized, invalid_token, "invalid master key"),
        }
    }
}

/// Challenges for one realm, which is a quoted string.
#[derive(Clone, Debug)]
pub(crate) struct Challenges {
    pub(crate) realm: String,
    /// Advice in the body, or nothing.
    pub(crate) hint: String,
}

impl Challenges {
    pub(crate) fn new(realm: &str) -> Self {
        Self {
            realm: quoted(realm),
            hint: String::new(),
        }
    }

    pub(crate) fn answer(&self, refusal: Refusal, basic: bool, head: bool) -> Response<Bytes> {
        let (status, code, message) = refusal.answer();
        let realm = &self.realm;
        let mut challenges = vec![match code {
            None => format!("Bearer realm={realm}"),
            Some(code) => {
                format!("Bearer realm={realm}, error=\"{code}\", error_description=\"{message}\"")
            }
        }];
        if basic {
            challenges.push(format!("Basic realm={realm}"));
        }
        let code = code.unwrap_or("unauthorized");
        let hint = &self.hint;
        let body = format!(r#"{{"error":"{code}","message":"{message}{hint}"}}"#);

        let mut response = Response::new(Bytes::new());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        // A challenge is visible ASCII and spaces.
        let challenges = challenges.into_iter().map(HeaderValue::try_from);
        headers.extend(
            challenges
                .flatten()
                .map(|challenge| (WWW_AUTHENTICATE, challenge)),
        );
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if !head {
            *response.body_mut() = body.into();
        }
        response
    }
}

/// Returns `text` as a quoted string of RFC 9110, section 5.6.4, with `?` for characters that some
/// clients cannot read there.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            ' '..='~' => quoted.push(character),
            _ => quoted.push('?'),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const REFUSALS: [Refusal; 5] = [
        Refusal::NoCredentials,
        Refusal::UnsupportedScheme,
        Refusal::Malformed,
        Refusal::Repeated,
        Refusal::WrongKey,
    ];

    #[test]
    fn body_and_challenge_have_the_same_error_and_message() {
        let challenges = Challenges::new("metrics");
        for refusal in REFUSALS {
            let response = challenges.answer(refusal, false, false);
            let challenge = response.headers()[WWW_AUTHENTICATE]
                .to_str()
                .unwrap()
                .to_owned();
            let length: usize = response.headers()[CONTENT_LENGTH]
                .to_str()
                .unwrap()
                .parse()
                .unwrap();
            let body = response.into_body();
            assert_eq!(body.len(), length);

            let said: BTreeMap<String, String> = serde_json::from_slice(&body).unwrap();
            assert_eq!(said.len(), 2);
            let expected = match said["error"].as_str() {
                "unauthorized" => String::from("Bearer realm=\"metrics\""),
                error => format!(
                    "Bearer realm=\"metrics\", error=\"{error}\", error_description=\"{}\"",
                    said["message"]
                ),
            };
            assert_eq!(challenge, expected);
        }
    }

    #[test]
    fn head_differs_only_in_the_body() {
        let challenges = Challenges::new("metrics");
        for refusal in REFUSALS {
            let get = challenges.answer(refusal, true, false);
            let head = challenges.answer(refusal, true, true);
            assert_eq!(head.status(), get.status());
            assert_eq!(head.headers(), get.headers());
            assert!(head.body().is_empty());
        }
    }

    #[test]
    fn any_realm_becomes_a_quoted_string() {
        assert_eq!(quoted("metrics"), r#""metrics""#);
        assert_eq!(quoted(""), r#""""#);
        assert_eq!(quoted(r#"a "b" \c"#), r#""a \"b\" \\c""#);
        assert_eq!(quoted("a\r\nb\0\u{7f}é"), r#""a??b???""#);
    }
}
