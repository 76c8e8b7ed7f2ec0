//! The shop as a client of its own API: an outgoing call, which is measured like an incoming one.

use std::time::Duration;

use reqwest::{Client, Method, Request, Response, Url};
use serde_json::Value;
use tollgate::http::client::{ClientMetrics, ClientMetricsLayer};
use tower::{Layer, ServiceExt};

/// Longer than an answer takes, shorter than the patience of a visitor.
const TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Debug, Clone)]
pub(crate) struct Api {
    client: ClientMetrics<Client>,
    base: Url,
}

/// Failure of a call.
#[derive(Debug)]
pub(crate) enum CallError {
    NotFound,
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl Api {
    pub(crate) fn new(base: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let client = Client::builder().timeout(TIMEOUT).build()?;
        Ok(Self {
            client: ClientMetricsLayer::new("shop").layer(client),
            base: base.parse()?,
        })
    }

    /// Returns the answer to `GET /users/{id}`.
    pub(crate) async fn user(&self, id: u32) -> Result<Value, CallError> {
        let url = self.base.join(&format!("/users/{id}"));
        let request = Request::new(Method::GET, url.map_err(failed)?);
        let response = self.client.clone().oneshot(request).await.map_err(failed)?;
        if response.status() == reqwest::StatusCode::NOT_FOUND {
            return Err(CallError::NotFound);
        }
        let response = response.error_for_status().map_err(failed)?;
        let body = Response::bytes(response).await.map_err(failed)?;
        serde_json::from_slice(&body).map_err(failed)
    }
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> CallError {
    CallError::Failed(error.into())
}
