//! The endpoint `loggers`, with Micronaut's JSON.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Extension, Json,
    body::{Body, to_bytes},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tokio::time::timeout;

use super::{
    Logger, Loggers,
    change::{Change, Refusal},
    level,
};
use crate::{
    endpoint::{Endpoint, Exposure},
    gate::Caller,
    name::Name,
    problem::Problem,
};

/// How long a change may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many bytes a change may have.
const LARGEST: usize = 4_096;

/// `{"levels":["ALL",…],"loggers":{"ROOT":{…}}}`.
#[derive(Serialize)]
struct All {
    levels: [&'static str; 8],
    loggers: BTreeMap<String, One>,
}

/// `{"configuredLevel":"INFO","effectiveLevel":"INFO"}`, and when it ends if it does by itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct One {
    configured_level: &'static str,
    effective_level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl From<Logger> for One {
    fn from(logger: Logger) -> Self {
        Self {
            configured_level: level::name(logger.configured),
            effective_level: level::name(Some(logger.effective)),
            until: logger.until_text(),
        }
    }
}

impl Loggers {
    /// `/loggers` and `/loggers/{name}`, where a level is changed by POST.
    pub(crate) fn endpoint(&self) -> Endpoint {
        let [all, one, changed] = [self, self, self].map(Self::clone);
        let all = async move || {
            let loggers = all.list().into_iter();
            Json(All {
                levels: level::NAMES,
                loggers: loggers
                    .map(|(name, logger)| (name, logger.into()))
                    .collect(),
            })
        };
        let one = async move |Name(name): Name| match one.get(&name) {
            Ok(logger) => Json(One::from(logger)).into_response(),
            Err(Refusal(message)) => Problem::not_found(message).into_response(),
        };
        let change =
            async move |Name(name): Name, Extension(caller): Extension<Caller>, body: Body| {
                change(&changed, &name, &caller, body).await
            };
        Endpoint::new("loggers")
            .read(Exposure::Read, "", all)
            .read_write(Exposure::Read, "/{name}", one, change)
    }
}

async fn change(loggers: &Loggers, name: &str, caller: &Caller, body: Body) -> Response {
    let changed = match timeout(PATIENCE, to_bytes(body, LARGEST)).await {
        Err(_) => return Problem::request_timeout().into_response(),
        Ok(Ok(body)) => Change::read(&body).and_then(|Change { level, lasting }| {
            loggers.set(name, level, lasting, caller.key_name())
        }),
        Ok(Err(e)) => Err(Refusal(format!("{e}: a change has up to {LARGEST} bytes"))),
    };
    match changed {
        Ok(()) => StatusCode::OK.into_response(),
        Err(Refusal(message)) => Problem::bad_request(message).into_response(),
    }
}
