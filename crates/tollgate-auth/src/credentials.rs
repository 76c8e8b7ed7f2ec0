//! Credentials of a request.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header::AUTHORIZATION};

use crate::{
    challenge::Refusal,
    key::{KeyDigest, is_key_byte},
    limits::MAX_KEY_BYTES,
};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Maximum length of decoded Basic credentials: the longest key, and as much for `user:`.
const MAX_BASIC_BYTES: usize = 2 * MAX_KEY_BYTES;

/// Accepted ways to present a key, besides Bearer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Methods {
    pub(crate) api_key_header: bool,
    pub(crate) basic: bool,
}

/// Returns the digest of the key that a request presents.
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

/// Returns the only value of a header.
///
/// A second value is refused rather than ignored: a proxy that reads only the first or only the last
/// value would decide about another key.
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

/// Parses `auth-scheme 1*SP token68` of RFC 9110, section 11.4.
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
        // A scheme is a token, like the name of a header.
        Err(Refusal::UnsupportedScheme)
    } else {
        Err(Refusal::Malformed)
    }
}

/// Parses a key. RFC 6750 allows only some characters of visible ASCII; real keys have the others
/// too.
fn token(key: &[u8]) -> Result<KeyDigest, Refusal> {
    if key.is_empty() || !key.iter().copied().all(is_key_byte) {
        return Err(Refusal::Malformed);
    }
    digest(key)
}

/// Parses the password of Basic credentials, RFC 7617.
fn password(credentials: &[u8]) -> Result<KeyDigest, Refusal> {
    let mut decoded = [0; MAX_BASIC_BYTES];
    let length = STANDARD
        .decode_slice(credentials, &mut decoded)
        .map_err(|_| Refusal::Malformed)?;
    let password = decoded[..length].splitn(2, |&byte| byte == b':').nth(1);
    digest(password.ok_or(Refusal::Malformed)?)
}

/// Hashes a key, unless it is longer than any accepted key.
fn digest(key: &[u8]) -> Result<KeyDigest, Refusal> {
    if key.len() > MAX_KEY_BYTES {
        return Err(Refusal::WrongKey);
    }
    Ok(KeyDigest::of(key))
}

#[cfg(test)]
mod tests;
