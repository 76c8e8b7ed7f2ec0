//! Where to push, as what, how often and with which credentials.

use std::{fmt, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use reqwest::{Url, header::HeaderValue};

use super::grouping::Grouping;
use crate::{Error, ErrorKind};

const TIMEOUT: Duration = Duration::from_secs(10);

const EXAMPLE: &str = "write one such as http://gateway.internal:9091";

/// Where a job pushes its metrics, under which labels, and how.
///
/// A push replaces all that was pushed under the same labels before.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tollgate::{Push, Tollgate};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tollgate::Error> {
/// let push = Push::new("http://gateway.internal:9091", "nightly-report")?
///     .instance("eu-1")
///     .label("team", "billing")?
///     .every(Duration::from_secs(60))?;
/// let tollgate = Tollgate::builder().enabled(true).push(push).build()?;
///
/// let pushing = tollgate.pushing();
/// // … the job …
/// # if false {
/// pushing.finish().await;
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing is pushed until a suite is told where"]
pub struct Push {
    pub(super) base: Url,
    pub(super) grouping: Grouping,
    pub(super) credentials: Option<HeaderValue>,
    pub(super) interval: Option<Duration>,
    pub(super) timeout: Duration,
    pub(super) deletes: bool,
}

impl Push {
    /// Pushes to the gateway whose base URL this is, as this job.
    ///
    /// What comes before `/metrics/job/…` belongs to the base: `https://example.com/gateway` for a
    /// gateway behind a prefix. A user and a password in it are sent as [Basic
    /// credentials](Self::basic_auth) and shown nowhere. `https` needs the feature `push-tls`; the
    /// certificates that are trusted are the system's. Proxies are those of `HTTP_PROXY`,
    /// `HTTPS_PROXY` and `NO_PROXY`.
    ///
    /// # Errors
    ///
    /// If it is not such a URL, or the job has no name.
    pub fn new(url: &str, job: impl Into<String>) -> Result<Self, Error> {
        let grouping = Grouping::of_job(job.into())?;
        let (base, credentials) = url_parts(url).map_err(|remedy| refused(url, &remedy))?;
        Ok(Self {
            base,
            grouping,
            credentials,
            interval: None,
            timeout: TIMEOUT,
            deletes: false,
        })
    }

    /// Tells the instances of a job apart. Without it they replace each other's metrics.
    pub fn instance(mut self, instance: impl Into<String>) -> Self {
        self.grouping.set_instance(instance.into());
        self
    }

    /// Pushes under one more label, whose value may be any text.
    ///
    /// # Errors
    ///
    /// If no label can have that name, or if it is `job`.
    pub fn label(mut self, name: &str, value: impl Into<String>) -> Result<Self, Error> {
        self.grouping.set(name, value.into())?;
        Ok(self)
    }

    /// Pushes at this interval as well, for jobs that run long. Unless set, a job pushes once, at
    /// its end.
    ///
    /// # Errors
    ///
    /// If the interval is zero.
    pub fn every(mut self, interval: Duration) -> Result<Self, Error> {
        self.interval = Some(positive("an interval", interval)?);
        Ok(self)
    }

    /// Gives up on a push after this time, ten seconds unless set.
    ///
    /// # Errors
    ///
    /// If the time is zero.
    pub fn timeout(mut self, timeout: Duration) -> Result<Self, Error> {
        self.timeout = positive("a timeout", timeout)?;
        Ok(self)
    }

    /// Presents a user and a password, in place of other credentials.
    ///
    /// # Errors
    ///
    /// If the user's name holds a colon, which ends it on the wire.
    pub fn basic_auth(mut self, user: &str, password: &str) -> Result<Self, Error> {
        let credentials = basic(user, password).map_err(unusable)?;
        self.credentials = Some(credentials);
        Ok(self)
    }

    /// Presents a bearer token, in place of other credentials.
    ///
    /// # Errors
    ///
    /// If the token is empty, or holds a character other than visible ASCII. The error does not
    /// show it.
    pub fn bearer(mut self, token: &str) -> Result<Self, Error> {
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(unusable("a token is visible ASCII without spaces"));
        }
        let credentials = sensitive(&format!("Bearer {token}")).map_err(unusable)?;
        self.credentials = Some(credentials);
        Ok(self)
    }

    /// Deletes what the job has pushed when it ends, instead of a last push.
    pub fn delete_at_end(mut self) -> Self {
        self.deletes = true;
        self
    }
}

/// Without the credentials.
impl fmt::Debug for Push {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Push")
            .field("base", &self.base.as_str())
            .field("grouping", &self.grouping)
            .field("interval", &self.interval)
            .field("timeout", &self.timeout)
            .field("deletes", &self.deletes)
            .finish_non_exhaustive()
    }
}

/// The base in a URL and the credentials, or what is wrong with it, which repeats nothing of it.
pub(crate) fn url_parts(url: &str) -> Result<(Url, Option<HeaderValue>), String> {
    let mut base = Url::parse(url).map_err(|e| format!("it is no URL ({e}); {EXAMPLE}"))?;
    check(&base)?;
    let credentials = userinfo(&base)?;
    // Neither fails where there is a host, which http and https require.
    let _ = base.set_username("");
    let _ = base.set_password(None);
    Ok((base, credentials))
}

/// What is wrong with the URL of a gateway.
fn check(base: &Url) -> Result<(), &'static str> {
    match base.scheme() {
        "http" => {}
        "https" if cfg!(feature = "push-tls") => {}
        "https" => return Err("https needs the feature push-tls of tollgate"),
        _ => return Err("a gateway is asked over http or https"),
    }
    if base.query().is_some() || base.fragment().is_some() {
        return Err("a query or fragment is not part of a gateway's base; remove it");
    }
    if base.path().contains("/metrics/job") {
        return Err("the job is no part of a gateway's base; end before /metrics/job");
    }
    Ok(())
}

/// The credentials in a URL.
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
    basic(&user, &password).map(Some)
}

fn basic(user: &str, password: &str) -> Result<HeaderValue, &'static str> {
    if user.contains(':') {
        return Err("a user's name holds no colon");
    }
    let pair = STANDARD.encode(format!("{user}:{password}"));
    sensitive(&format!("Basic {pair}"))
}

/// A value that is shown by no `Debug`.
fn sensitive(value: &str) -> Result<HeaderValue, &'static str> {
    let mut value = HeaderValue::from_str(value).map_err(|_| "no header can carry them")?;
    value.set_sensitive(true);
    Ok(value)
}

fn positive(what: &str, duration: Duration) -> Result<Duration, Error> {
    if duration.is_zero() {
        let message = format!("cannot push metrics with {what} of zero; write a longer one");
        return Err(Error::new(ErrorKind::Push, message));
    }
    Ok(duration)
}

fn unusable(remedy: &str) -> Error {
    let message = format!("cannot push metrics with these credentials: {remedy}");
    Error::new(ErrorKind::Push, message)
}

fn refused(url: &str, remedy: &str) -> Error {
    let message = format!("cannot push metrics to {:?}: {remedy}", masked(url));
    Error::new(ErrorKind::Push, message)
}

/// The URL without what may be secret in it, well-formed or not.
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

#[cfg(test)]
mod tests;
