//! The description of a push: gateway, labels, interval and credentials.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::{Url, header::HeaderValue};
use tollgate_exposition::Exposition;
use tollgate_families::{BuildError, Families};

use crate::{
    Pusher, base_url, credentials,
    gateway::Gateway,
    group::Group,
    grouping::Grouping,
    rendering::{BeforeRender, Rendering},
};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Describes the pushes of a job: their gateway, labels, interval and credentials.
///
/// A push replaces all metrics that were pushed under the same labels before. The message of an error
/// names the input and the fix, and never shows credentials.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tollgate_push::Push;
///
/// let push = Push::new("http://gateway.internal:9091", "nightly-report")?
///     .instance("eu-1")
///     .label("team", "billing")?
///     .every(Duration::from_secs(60))?;
/// # Ok::<(), tollgate_push::BuildError>(())
/// ```
#[derive(Clone)]
#[must_use = "nothing is pushed until it is built and started"]
pub struct Push {
    pub(crate) base: Url,
    pub(crate) grouping: Grouping,
    pub(crate) credentials: Option<HeaderValue>,
    interval: Option<Duration>,
    timeout: Duration,
    deletes: bool,
    before_render: Vec<BeforeRender>,
}

impl Push {
    /// Pushes to the gateway with this base URL, as this job.
    ///
    /// The base is everything before `/metrics/job/…`: `https://example.com/gateway` for a
    /// gateway behind a prefix. A user and a password in it are sent as [Basic
    /// credentials](Self::basic_auth) and shown nowhere. `https` needs the feature `tls`; the
    /// certificates that are trusted are the system's. Proxies are those of `HTTP_PROXY`,
    /// `HTTPS_PROXY` and `NO_PROXY`.
    ///
    /// # Errors
    ///
    /// If it is not such a URL, or the job has no name.
    pub fn new(url: &str, job: impl Into<String>) -> Result<Self, BuildError> {
        let grouping = Grouping::of_job(job.into())?;
        let (base, credentials) = base_url::parse(url)?;
        Ok(Self {
            base,
            grouping,
            credentials,
            interval: None,
            timeout: TIMEOUT,
            deletes: false,
            before_render: Vec::new(),
        })
    }

    /// Tells the instances of a job apart. Without it they replace each other's metrics.
    pub fn instance(mut self, instance: impl Into<String>) -> Self {
        let labels = &mut self.grouping.labels;
        labels.insert("instance".to_owned(), instance.into());
        self
    }

    /// Pushes under one more label, whose value may be any text.
    ///
    /// # Errors
    ///
    /// If no label can have that name, or if it is `job`.
    pub fn label(mut self, name: &str, value: impl Into<String>) -> Result<Self, BuildError> {
        self.grouping.set(name, value.into())?;
        Ok(self)
    }

    /// Pushes at this interval as well, for jobs that run long. Unless set, a job pushes once, at
    /// its end.
    ///
    /// # Errors
    ///
    /// If the interval is zero.
    pub fn every(mut self, interval: Duration) -> Result<Self, BuildError> {
        self.interval = Some(positive("an interval", interval)?);
        Ok(self)
    }

    /// Gives up on a push after this time, ten seconds unless set.
    ///
    /// # Errors
    ///
    /// If the time is zero.
    pub fn timeout(mut self, timeout: Duration) -> Result<Self, BuildError> {
        self.timeout = positive("a timeout", timeout)?;
        Ok(self)
    }

    /// Presents a user and a password, in place of other credentials.
    ///
    /// # Errors
    ///
    /// If the user's name holds a colon, which ends it on the wire.
    pub fn basic_auth(mut self, user: &str, password: &str) -> Result<Self, BuildError> {
        self.credentials = Some(credentials::basic(user, password).map_err(unusable)?);
        Ok(self)
    }

    /// Presents a bearer token, in place of other credentials.
    ///
    /// # Errors
    ///
    /// If the token is empty, or holds a character other than visible ASCII. The error does not
    /// show it.
    pub fn bearer(mut self, token: &str) -> Result<Self, BuildError> {
        self.credentials = Some(credentials::bearer(token).map_err(unusable)?);
        Ok(self)
    }

    /// Deletes the pushed metrics at the end of the job, instead of a last push.
    pub fn delete_at_end(mut self) -> Self {
        self.deletes = true;
        self
    }

    /// Runs `hook` before each rendering, after the hooks that were added before it. A hook sets
    /// values that have to be asked for. Hooks have three quarters of the [timeout](Self::timeout) together:
    /// a push then goes on with the old values.
    pub fn before_render<F, R>(mut self, hook: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        self.before_render.push(Arc::new(move || Box::pin(hook())));
        self
    }

    /// Builds the client. It pushes the metrics of `exposition` in Prometheus' text format 0.0.4.
    ///
    /// # Errors
    ///
    /// If no HTTP client can be built, such as for want of the system's certificates.
    pub fn build(self, exposition: impl Exposition) -> Result<Pusher, BuildError> {
        let url = self.grouping.url(&self.base);
        let gateway = Gateway::new(url, self.credentials, self.timeout)?;
        let group = Group {
            families: Families::default(),
            gateway,
            rendering: Rendering {
                exposition: Arc::new(exposition),
                before: self.before_render,
                timeout: self.timeout,
            },
            interval: self.interval,
            deletes: self.deletes,
        };
        group.expose();
        let group = Arc::new(group);
        Ok(Pusher { group })
    }
}

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

fn positive(what: &str, duration: Duration) -> Result<Duration, BuildError> {
    if duration.is_zero() {
        return Err(BuildError::new(format!(
            "cannot push metrics with {what} of zero; write a longer one"
        )));
    }
    Ok(duration)
}

fn unusable(fix: &str) -> BuildError {
    BuildError::new(format!("cannot push metrics with these credentials: {fix}"))
}
