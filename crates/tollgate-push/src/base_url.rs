//! The base URL of a gateway, and the credentials in it.

use percent_encoding::percent_decode_str;
use reqwest::{Url, header::HeaderValue};

use tollgate_families::BuildError;

use crate::credentials;

const EXAMPLE: &str = "write one such as http://gateway.internal:9091";

/// Checks the base URL of a gateway, for settings that name it.
///
/// # Errors
///
/// If a push to it cannot be built. The message is the fix alone and repeats nothing of the URL.
pub fn check_url(url: &str) -> Result<(), BuildError> {
    parts(url).map(drop).map_err(BuildError::new)
}

/// The URL without its credentials, and these.
pub(crate) fn parse(url: &str) -> Result<(Url, Option<HeaderValue>), BuildError> {
    parts(url).map_err(|fix| {
        let shown = masked(url);
        BuildError::new(format!("cannot push metrics to {shown:?}: {fix}"))
    })
}

fn parts(url: &str) -> Result<(Url, Option<HeaderValue>), String> {
    let mut base = Url::parse(url).map_err(|e| format!("it is no URL ({e}); {EXAMPLE}"))?;
    check(&base)?;
    let credentials = userinfo(&base)?;
    // Neither fails where there is a host, which http and https require.
    let _ = base.set_username("");
    let _ = base.set_password(None);
    Ok((base, credentials))
}

fn check(base: &Url) -> Result<(), &'static str> {
    match base.scheme() {
        "http" => {}
        "https" if cfg!(feature = "tls") => {}
        "https" => {
            return Err("https needs the feature tls of tollgate-push, push-tls of tollgate");
        }
        _ => {
            return Err("a gateway is asked over http or https; write one such as \
                        http://gateway.internal:9091");
        }
    }
    if base.query().is_some() || base.fragment().is_some() {
        return Err("a query or fragment is not part of a gateway's base; remove it");
    }
    if base.path().contains("/metrics/job") {
        return Err("the job is no part of a gateway's base; end before /metrics/job");
    }
    Ok(())
}

fn userinfo(base: &Url) -> Result<Option<HeaderValue>, &'static str> {
    if base.username().is_empty() && base.password().is_none() {
        return Ok(None);
    }
    let decoded = |text| {
        percent_decode_str(text)
            .decode_utf8()
            .map_err(|_| "its user and password are UTF-8, percent-encoded")
    };
    let user = decoded(base.username())?;
    let password = decoded(base.password().unwrap_or_default())?;
    credentials::basic(&user, &password).map(Some)
}

/// The URL, well-formed or not, without the parts that may be secret.
fn masked(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), url),
    };
    let (user, rest) = match rest.rsplit_once('@') {
        Some((_, rest)) => ("***@", rest),
        None => ("", rest),
    };
    match rest.find(['?', '#']) {
        Some(end) => format!("{scheme}{user}{}***", &rest[..=end]),
        None => format!("{scheme}{user}{rest}"),
    }
}
