//! The shop as a client of its own API: an outgoing call, which is measured like an incoming one.

use std::time::Duration;

use reqwest::{Client, Method, Request, Response, Url};
use serde_json::Value;
use tollgate::client::{self, ClientMetricsLayer};
use tollgate::requests::RequestMetrics;
use tower::{Layer, ServiceExt};

/// Longer than an answer takes, shorter than anyone waits for a page.
const TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Debug, Clone)]
pub(crate) struct Api {
    client: RequestMetrics<Client, client::Client>,
    base: Url,
}

/// Why a call gave nothing.
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

    /// What `GET /users/{id}` answers.
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
