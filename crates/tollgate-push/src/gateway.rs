//! Requests to a gateway about one group of metrics.

use std::{fmt, time::Duration};

use reqwest::{
    Client, RequestBuilder, Response, StatusCode, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
    redirect::Policy,
};

use tollgate_families::BuildError;

use crate::failure::{Failure, chain};

const TEXT_0_0_4: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A gateway, and the URL of one group there.
pub(crate) struct Gateway {
    client: Client,
    group: Url,
    credentials: Option<HeaderValue>,
}

impl Gateway {
    pub(crate) fn new(
        group: Url,
        credentials: Option<HeaderValue>,
        timeout: Duration,
    ) -> Result<Self, BuildError> {
        // A redirect would turn a PUT into a GET, or carry the credentials elsewhere.
        let client = Client::builder()
            .timeout(timeout)
            .redirect(Policy::none())
            .build()
            .map_err(|error| BuildError::new(format!("cannot push metrics: {}", chain(&error))))?;
        Ok(Self {
            client,
            group,
            credentials,
        })
    }

    pub(crate) fn group(&self) -> &Url {
        &self.group
    }

    /// Replaces the group. Returns the status code of the answer.
    pub(crate) async fn replace(&self, text: Vec<u8>) -> Result<String, Failure> {
        let request = self
            .client
            .put(self.group.clone())
            .header(CONTENT_TYPE, TEXT_0_0_4)
            .body(text);
        self.send(request).await
    }

    pub(crate) async fn delete(&self) -> Result<(), Failure> {
        let request = self.client.delete(self.group.clone());
        self.send(request).await.map(drop)
    }

    async fn send(&self, mut request: RequestBuilder) -> Result<String, Failure> {
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

    /// The gateway's own words, unless credentials were sent, which they could repeat.
    async fn reason(&self, mut refusal: Response) -> String {
        let explains = refusal.status() == StatusCode::BAD_REQUEST && self.credentials.is_none();
        let words = match refusal.chunk().await {
            Ok(Some(words)) if explains => String::from_utf8_lossy(&words).into_owned(),
            _ => refusal.status().to_string(),
        };
        words.trim().chars().take(300).collect()
    }
}

/// Without the credentials, and the client, which knows those of a proxy.
impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gateway")
            .field(&self.group.as_str())
            .finish()
    }
}
