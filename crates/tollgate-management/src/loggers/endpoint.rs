//! The endpoint `loggers`, with Micronaut's JSON.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Extension, Json,
    body::{Body, to_bytes},
};
use serde::Serialize;
use tokio::time::timeout;

use super::{
    change::{Change, Refusal},
    handle::Loggers,
    level,
    levels::Logger,
};
use crate::{
    endpoint::{Endpoint, Exposure},
    gate::Caller,
    name::Name,
    problem::Problem,
};

/// Deadline for the body of a change.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Maximum length of the body of a change.
const MAX_BODY_BYTES: usize = 4_096;

/// `{"levels":["ALL",…],"loggers":{"ROOT":{…}}}`.
#[derive(Serialize)]
struct All {
    levels: [&'static str; 8],
    loggers: BTreeMap<String, One>,
}

/// `{"configuredLevel":"INFO","effectiveLevel":"INFO"}`, with the end of a level that has one.
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

/// Returns `/loggers`, and `/loggers/{name}` where POST changes a level.
pub(crate) fn endpoint(loggers: &Loggers) -> Endpoint {
    let [all, one, changed] = [loggers; 3].map(Clone::clone);
    let all = async move || {
        let loggers = all.list().into_iter();
        Json(All {
            levels: level::NAMES,
            loggers: loggers
                .map(|(name, logger)| (name, logger.into()))
                .collect(),
        })
    };
    let one = async move |Name(name): Name| {
        let logger = one.get(&name);
        let json = logger.map(|logger| Json(One::from(logger)));
        json.map_err(|Refusal(message)| Problem::not_found(message))
    };
    let change = async move |Name(name): Name, Extension(caller): Extension<Caller>, body: Body| {
        change(&changed, &name, &caller, body).await
    };
    Endpoint::new("loggers")
        .read(Exposure::Read, "", all)
        .read_write(Exposure::Read, "/{name}", one, change)
}

async fn change(loggers: &Loggers, name: &str, caller: &Caller, body: Body) -> Result<(), Problem> {
    let body = timeout(BODY_TIMEOUT, to_bytes(body, MAX_BODY_BYTES)).await;
    let body = body.map_err(|_| Problem::request_timeout())?;
    body.map_err(|e| Refusal(format!("{e}: a change has up to {MAX_BODY_BYTES} bytes")))
        .and_then(|body| loggers.set(name, Change::read(&body)?, caller.key_name()))
        .map_err(|Refusal(message)| Problem::bad_request(message))
}
