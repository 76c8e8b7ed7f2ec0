//! What a refused request is told, by RFC 6750.

use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE},
};
use http_body_util::Full;

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoCredentials,
    UnsupportedScheme,
    Malformed,
    Repeated,
    WrongKey,
}

impl Refusal {
    const ALL: [Self; 5] = [
        Self::NoCredentials,
        Self::UnsupportedScheme,
        Self::Malformed,
        Self::Repeated,
        Self::WrongKey,
    ];

    fn status(self) -> StatusCode {
        match self {
            Self::NoCredentials | Self::UnsupportedScheme | Self::WrongKey => {
                StatusCode::UNAUTHORIZED
            }
            Self::Malformed | Self::Repeated => StatusCode::BAD_REQUEST,
        }
    }

    /// The code of RFC 6750, section 3.1: none for a request that does not try to authenticate.
    fn code(self) -> Option<&'static str> {
        match self {
            Self::NoCredentials | Self::UnsupportedScheme => None,
            Self::Malformed | Self::Repeated => Some("invalid_request"),
            Self::WrongKey => Some("invalid_token"),
        }
    }

    // Sent in a quoted string and in JSON as it is: no `"`, no `\`.
    fn message(self) -> &'static str {
        match self {
            Self::NoCredentials => "missing authorization header",
            Self::UnsupportedScheme => "unsupported authorization scheme, expected 'Bearer <key>'",
            Self::Malformed => "invalid authorization header format, expected 'Bearer <key>'",
            Self::Repeated => "more than one set of credentials",
            Self::WrongKey => "invalid master key",
        }
    }

    fn json(self) -> String {
        let (error, message) = (self.code().unwrap_or("unauthorized"), self.message());
        format!(r#"{{"error":"{error}","message":"{message}"}}"#)
    }
}

/// What refusals say in `WWW-Authenticate` for one realm.
#[derive(Clone, Debug)]
pub(crate) struct Challenges {
    /// In the order of [`Refusal::ALL`].
    bearer: [HeaderValue; Refusal::ALL.len()],
    basic: HeaderValue,
}

impl Challenges {
    pub(crate) fn new(realm: &str) -> Self {
        let realm = quoted(realm);
        Self {
            bearer: Refusal::ALL.map(|refusal| match refusal.code() {
                None => header_value(&format!("Bearer realm={realm}")),
                Some(code) => header_value(&format!(
                    "Bearer realm={realm}, error=\"{code}\", error_description=\"{}\"",
                    refusal.message()
                )),
            }),
            basic: header_value(&format!("Basic realm={realm}")),
        }
    }

    pub(crate) fn answer(
        &self,
        refusal: Refusal,
        basic: bool,
        head: bool,
    ) -> Response<Full<Bytes>> {
        let body = Bytes::from(refusal.json());

        let mut response = Response::new(Full::default());
        *response.status_mut() = refusal.status();
        let headers = response.headers_mut();
        headers.insert(WWW_AUTHENTICATE, self.bearer[refusal as usize].clone());
        if basic {
            headers.append(WWW_AUTHENTICATE, self.basic.clone());
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if !head {
            *response.body_mut() = Full::new(body);
        }
        response
    }
}

/// `text` as a quoted string of RFC 9110, section 5.6.4, with `?` for what not every client reads
/// there.
fn quoted(text: &str) -> String {
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

fn header_value(challenge: &str) -> HeaderValue {
    HeaderValue::from_str(challenge).expect("a challenge is visible ASCII and spaces")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use futures_util::FutureExt;
    use http_body_util::BodyExt;

    use super::*;

    fn sent(response: Response<Full<Bytes>>) -> Bytes {
        let body = response.into_body().collect().now_or_never();
        body.expect("a full body is ready")
            .expect("a full body does not fail")
            .to_bytes()
    }

    #[test]
    fn a_refusal_finds_its_own_challenge() {
        for (place, refusal) in Refusal::ALL.into_iter().enumerate() {
            assert_eq!(refusal as usize, place);
        }
    }

    #[test]
    fn body_and_challenge_say_the_same() {
        let challenges = Challenges::new("metrics");
        for refusal in Refusal::ALL {
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
            let body = sent(response);
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
    fn head_differs_in_the_body_only() {
        let challenges = Challenges::new("metrics");
        for refusal in Refusal::ALL {
            let get = challenges.answer(refusal, true, false);
            let head = challenges.answer(refusal, true, true);
            assert_eq!(head.status(), get.status());
            assert_eq!(head.headers(), get.headers());
            assert!(sent(head).is_empty());
        }
    }

    #[test]
    fn any_realm_makes_a_quoted_string() {
        assert_eq!(quoted("metrics"), r#""metrics""#);
        assert_eq!(quoted(""), r#""""#);
        assert_eq!(quoted(r#"a "b" \c"#), r#""a \"b\" \\c""#);
        assert_eq!(quoted("a\r\nb\0\u{7f}é"), r#""a??b???""#);
    }
}
