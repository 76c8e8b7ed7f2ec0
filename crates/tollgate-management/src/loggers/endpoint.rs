//! The endpoint `loggers`, with Micronaut's JSON.

use std::time::Duration;

use axum::{
    Extension, Json,
    body::{Body, to_bytes},
    http::StatusCode,
};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::{change::Change, handle::Loggers, level, levels::Logger};
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

/// Returns `{"configuredLevel":"INFO","effectiveLevel":"INFO"}`, with the end of a level that has one.
fn json(logger: Logger) -> Value {
    let mut json = json!({
        "configuredLevel": level::name(logger.configured),
        "effectiveLevel": level::name(Some(logger.effective)),
    });
    if let Some(until) = logger.until_text() {
        json["until"] = until.into();
    }
    json
}

/// Returns `/loggers`, and `/loggers/{name}` where POST changes a level.
pub(crate) fn endpoint(loggers: &Loggers) -> Endpoint {
    let [all, one, changed] = [loggers; 3].map(Clone::clone);
    let all = async move || {
        let loggers = all.list().into_iter();
        let loggers: Map<_, _> = loggers.map(|(name, logger)| (name, json(logger))).collect();
        Json(json!({ "levels": level::names(), "loggers": loggers }))
    };
    let one = async move |Name(name): Name| {
        let logger = one.get(&name);
        logger.map(json).map(Json).map_err(Problem::not_found)
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
    let late = "the change did not arrive in time";
    body.map_err(|_| Problem::new(StatusCode::REQUEST_TIMEOUT, late))?
        .map_err(|e| format!("{e}: a change has up to {MAX_BODY_BYTES} bytes"))
        .and_then(|body| loggers.set(name, Change::read(&body)?, caller.key_name()))
        .map_err(Problem::bad_request)
}
