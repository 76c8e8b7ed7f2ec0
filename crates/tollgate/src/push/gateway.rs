//! A group of metrics at a gateway, and what is asked of it.

use std::{
    error::Error as StdError,
    fmt::{self, Write},
    sync::Arc,
    time::Duration,
};

use axum::BoxError;
use metrics::{Unit, counter, describe_counter};
use reqwest::{
    Client, RequestBuilder, Response, StatusCode, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
    redirect::Policy,
};
use tokio::{task, time};
use tollgate_axum::{Exposition, Format, RenderRequest};

use super::Push;
use crate::{Error, ErrorKind, enabled::BeforeRender};

const PUSHES: &str = "tollgate_pushes_total";

/// No answer came: it was not reached, hung up or took too long.
const NETWORK_ERROR: &str = "network_error";

/// Nothing could be sent.
const RENDER_ERROR: &str = "render_error";

/// How long the last push waits before it is tried again.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];

/// What is pushed, and where.
pub(crate) struct Gateway {
    recorded: Arc<dyn Exposition>,
    before_render: Option<BeforeRender>,
    client: Client,
    group: Url,
    credentials: Option<HeaderValue>,
    interval: Option<Duration>,
    timeout: Duration,
    deletes: bool,
}

impl Gateway {
    pub(crate) fn new(
        push: Push,
        recorded: Arc<dyn Exposition>,
        before_render: Option<BeforeRender>,
    ) -> Result<Self, Error> {
        // A redirect would turn a PUT into a GET, or carry the credentials elsewhere.
        let client = Client::builder()
            .timeout(push.timeout)
            .redirect(Policy::none())
            .build()
            .map_err(|e| {
                let message = format!("cannot push metrics: {}", chain(&e));
                Error::telling(ErrorKind::Push, message, e)
            })?;
        describe_counter!(
            PUSHES,
            Unit::Count,
            "Pushes to a gateway, by status code of the answer."
        );
        for code in ["200", NETWORK_ERROR] {
            count(code, 0);
        }
        Ok(Self {
            recorded,
            before_render,
            client,
            group: push.grouping.url(&push.base),
            credentials: push.credentials,
            interval: push.interval,
            timeout: push.timeout,
            deletes: push.deletes,
        })
    }

    pub(super) fn interval(&self) -> Option<Duration> {
        self.interval
    }

    pub(super) fn group(&self) -> &Url {
        &self.group
    }

    /// Replaces the group by what is recorded now.
    pub(super) async fn push(&self) -> Result<(), Failure> {
        let pushed = self.try_push().await;
        match &pushed {
            Ok(code) => {
                count(code, 1);
                tracing::debug!(gateway = %self.group, "metrics pushed");
            }
            Err(failure) => {
                count(&failure.code, 1);
                failure.warn(&self.group, "metrics not pushed");
            }
        }
        pushed.map(drop)
    }

    /// The job's last word: a push, or the end of the group. It is tried three times where another
    /// attempt might help.
    pub(super) async fn close(&self) {
        let mut pauses = PAUSES.into_iter();
        loop {
            let closed = if self.deletes {
                self.delete().await
            } else {
                self.push().await
            };
            match (closed, pauses.next()) {
                (Err(failure), Some(pause)) if failure.may_pass => time::sleep(pause).await,
                _ => return,
            }
        }
    }

    async fn try_push(&self) -> Result<String, Failure> {
        let text = self.render().await.map_err(|e| Failure::rendering(&*e))?;
        let request = self
            .client
            .put(self.group.clone())
            .header(CONTENT_TYPE, Format::TEXT_0_0_4.content_type())
            .body(text);
        self.ask(request).await
    }

    async fn render(&self) -> Result<Vec<u8>, BoxError> {
        let recorded = Arc::clone(&self.recorded);
        let before_render = self.before_render.clone();
        // In a task of its own: what panics there must not end the job.
        let rendering = task::spawn(async move {
            if let Some(BeforeRender(hook)) = before_render {
                hook().await;
            }
            let render = move || {
                let mut text = Vec::new();
                let request = RenderRequest::new(Format::TEXT_0_0_4);
                recorded.render(&request, &mut text).map(|()| text)
            };
            task::spawn_blocking(render).await?
        });
        let abort = rendering.abort_handle();
        let rendered = time::timeout(self.timeout, rendering).await;
        abort.abort();
        rendered??
    }

    async fn delete(&self) -> Result<(), Failure> {
        let request = self.client.delete(self.group.clone());
        let deleted = self.ask(request).await;
        match &deleted {
            Ok(_) => tracing::debug!(gateway = %self.group, "pushed metrics deleted"),
            Err(failure) => failure.warn(&self.group, "pushed metrics not deleted"),
        }
        deleted.map(drop)
    }

    /// The code of the answer, if that is a success.
    async fn ask(&self, mut request: RequestBuilder) -> Result<String, Failure> {
        if let Some(credentials) = &self.credentials {
            request = request.header(AUTHORIZATION, credentials);
        }
        let response = request.send().await.map_err(Failure::network)?;
        let status = response.status();
        let code = status.as_str().to_owned();
        if status.is_success() {
            return Ok(code);
        }
        Err(Failure {
            code,
            reason: self.reason(response).await,
            may_pass: status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS,
        })
    }

    /// Why the gateway refused, in its own words. They could repeat credentials, where some were
    /// sent.
    async fn reason(&self, mut refusal: Response) -> String {
        let explains = refusal.status() == StatusCode::BAD_REQUEST && self.credentials.is_none();
        let words = match refusal.chunk().await {
            Ok(Some(words)) if explains => String::from_utf8_lossy(&words).into_owned(),
            _ => refusal.status().to_string(),
        };
        words.trim().chars().take(300).collect()
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("group", &self.group.as_str())
            .field("interval", &self.interval)
            .field("deletes", &self.deletes)
            .finish_non_exhaustive()
    }
}

/// Why something did not reach the gateway, or was refused there.
#[derive(Debug)]
pub(super) struct Failure {
    code: String,
    reason: String,
    may_pass: bool,
}

impl Failure {
    fn rendering(error: &(dyn StdError + 'static)) -> Self {
        Self {
            code: RENDER_ERROR.to_owned(),
            reason: chain(error),
            may_pass: false,
        }
    }

    fn network(error: reqwest::Error) -> Self {
        let error = error.without_url();
        Self {
            code: NETWORK_ERROR.to_owned(),
            reason: chain(&error),
            // What took too long once may do so again, and the job is to end.
            may_pass: !error.is_timeout(),
        }
    }

    fn warn(&self, gateway: &Url, what: &str) {
        let Self { code, reason, .. } = self;
        tracing::warn!(%gateway, code, ?reason, "{what}");
    }
}

fn count(code: &str, pushes: u64) {
    counter!(PUSHES, "code" => code.to_owned()).increment(pushes);
}

/// An error with all that led to it, on one line.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(message, ": {error}");
        source = error.source();
    }
    message
}
