//! Values of the header `Authorization`.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::header::HeaderValue;

/// The credentials, or the fix.
pub(crate) fn basic(user: &str, password: &str) -> Result<HeaderValue, &'static str> {
    if user.contains(':') {
        return Err("a user's name holds no colon");
    }
    let pair = STANDARD.encode(format!("{user}:{password}"));
    sensitive(&format!("Basic {pair}"))
}

/// The credentials, or the fix.
pub(crate) fn bearer(token: &str) -> Result<HeaderValue, &'static str> {
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("a token is visible ASCII without spaces");
    }
    sensitive(&format!("Bearer {token}"))
}

/// A value that its `Debug` does not show.
fn sensitive(value: &str) -> Result<HeaderValue, &'static str> {
    let mut value = HeaderValue::from_str(value).map_err(|_| "no header can carry them")?;
    value.set_sensitive(true);
    Ok(value)
}
