//! What a request presents, and in which way.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header::AUTHORIZATION};

use crate::{
    challenge::Refusal,
    key::{KeyDigest, LONGEST_KEY, is_key_byte},
};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// What Basic credentials may have when decoded: the longest key, and as much for `user:`.
const LONGEST_BASIC: usize = 2 * LONGEST_KEY;

/// Ways to present a key that are accepted besides Bearer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Methods {
    pub(crate) api_key_header: bool,
    pub(crate) basic: bool,
}

/// The digest of the key that a request presents.
pub(crate) fn presented(headers: &HeaderMap, methods: Methods) -> Result<KeyDigest, Refusal> {
    let authorization = at_most_one(headers, &AUTHORIZATION)?;
    let api_key = if methods.api_key_header {
        at_most_one(headers, &X_API_KEY)?
    } else {
        None
    };
    match (authorization, api_key) {
        (None, None) => Err(Refusal::NoCredentials),
        (Some(_), Some(_)) => Err(Refusal::Repeated),
        (Some(value), None) => authorized(value.as_bytes().trim_ascii(), methods),
        (None, Some(value)) => token(value.as_bytes().trim_ascii()),
    }
}

/// A second value of one header is refused rather than ignored: what reads only the first or only
/// the last of them elsewhere would decide about another key than we do.
fn at_most_one<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a HeaderValue>, Refusal> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(Refusal::Repeated),
    }
}

/// `auth-scheme 1*SP token68` of RFC 9110, section 11.4.
fn authorized(value: &[u8], methods: Methods) -> Result<KeyDigest, Refusal> {
    let space = value
        .iter()
        .position(|&byte| byte == b' ')
        .ok_or(Refusal::Malformed)?;
    let (scheme, mut credentials) = value.split_at(space);
    while let [b' ', rest @ ..] = credentials {
        credentials = rest;
    }

    if scheme.eq_ignore_ascii_case(b"bearer") {
        token(credentials)
    } else if methods.basic && scheme.eq_ignore_ascii_case(b"basic") {
        password(credentials)
    } else if HeaderName::from_bytes(scheme).is_ok() {
        // A scheme is a token, as the name of a header is.
        Err(Refusal::UnsupportedScheme)
    } else {
        Err(Refusal::Malformed)
    }
}

/// A key as it stands. RFC 6750 allows a few characters of visible ASCII only; people's keys have
/// the others too.
fn token(key: &[u8]) -> Result<KeyDigest, Refusal> {
    if key.is_empty() || !key.iter().copied().all(is_key_byte) {
        return Err(Refusal::Malformed);
    }
    digest(key)
}

/// The password of Basic credentials, RFC 7617.
fn password(credentials: &[u8]) -> Result<KeyDigest, Refusal> {
    let mut decoded = [0; LONGEST_BASIC];
    let length = STANDARD
        .decode_slice(credentials, &mut decoded)
        .map_err(|_| Refusal::Malformed)?;
    let password = decoded[..length].splitn(2, |&byte| byte == b':').nth(1);
    digest(password.ok_or(Refusal::Malformed)?)
}

/// No accepted key is longer than the limit, so that nothing longer is worth hashing.
fn digest(key: &[u8]) -> Result<KeyDigest, Refusal> {
    if key.len() > LONGEST_KEY {
        return Err(Refusal::WrongKey);
    }
    Ok(KeyDigest::of(key))
}

#[cfg(test)]
mod tests;
