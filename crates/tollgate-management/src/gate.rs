//! The gate in front of each route.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{
        HeaderMap, Method, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
    middleware::Next,
    response::Response,
};
use tollgate_auth::MasterKeyLayer;

use crate::{access::Sensitivity, endpoint::Exposure, problem::Problem};

/// Caller of a handler, as an extension of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Holder of the master key with this name.
    KeyHolder(Arc<str>),
    /// Caller of an endpoint that is opened by its own name, without master keys.
    Welcome,
    /// Any other caller, which sees no details.
    Stranger,
}

impl Caller {
    /// Returns whether the caller may see details.
    pub(crate) fn sees_details(&self) -> bool {
        *self != Self::Stranger
    }

    /// Returns the name of the caller's key.
    #[cfg(feature = "loggers")]
    pub(crate) fn key_name(&self) -> Option<&str> {
        match self {
            Self::KeyHolder(name) => Some(name),
            Self::Welcome | Self::Stranger => None,
        }
    }
}

/// Gate in front of one route.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    pub(crate) keys: Option<MasterKeyLayer>,
    pub(crate) id: Arc<str>,
    pub(crate) sensitivity: Sensitivity,
    pub(crate) exposure: Exposure,
    pub(crate) changes: bool,
}

impl Gate {
    /// Passes a request on to `next`, or refuses it.
    pub(crate) async fn pass(
        State(gate): State<Self>,
        mut request: Request,
        next: Next,
    ) -> Response {
        match gate.admit(&request) {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                next.run(request).await
            }
            Err(refusal) => *refusal,
        }
    }

    fn admit(&self, request: &Request) -> Result<Caller, Box<Response>> {
        let change = self.changes && request.method() == Method::POST;
        let caller = match &self.keys {
            Some(keys) => self.with_keys(keys, request)?,
            None => self.without_keys(change)?,
        };
        // A page of another origin can send only other types without a preflight.
        if change && !is_json(request.headers()) {
            let message = "changes are sent with Content-Type: application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).into());
        }
        Ok(caller)
    }

    fn with_keys(&self, keys: &MasterKeyLayer, request: &Request) -> Result<Caller, Box<Response>> {
        let summary =
            self.exposure == Exposure::Summary && self.sensitivity != Sensitivity::Sensitive;
        // A probe presents no key, and is not counted as a failure.
        if summary && !presents_credentials(request.headers()) {
            return Ok(Caller::Stranger);
        }
        match keys.identify(request) {
            Ok(name) => Ok(Caller::KeyHolder(name)),
            Err(_) if summary => Ok(Caller::Stranger),
            Err(refusal) => Err(Box::new(refusal.map(Body::from))),
        }
    }

    fn without_keys(&self, change: bool) -> Result<Caller, Problem> {
        if change {
            let message = "changes need a master key: set MASTER_KEY or MASTER_KEY_FILE";
            return Err(Problem::forbidden(message));
        }
        match (self.sensitivity, self.exposure) {
            (Sensitivity::Opened, _) => Ok(Caller::Welcome),
            (Sensitivity::Plain, Exposure::Summary | Exposure::Read) => Ok(Caller::Stranger),
            (Sensitivity::Plain, Exposure::Detail) | (Sensitivity::Sensitive, _) => {
                let id = &self.id;
                Err(Problem::forbidden(format!(
                    "this is sensitive and there is no master key: set MASTER_KEY or \
                     MASTER_KEY_FILE, or management.{id}.sensitive to false"
                )))
            }
        }
    }
}

fn presents_credentials(headers: &HeaderMap) -> bool {
    headers.contains_key(AUTHORIZATION) || headers.contains_key("x-api-key")
}

fn is_json(headers: &HeaderMap) -> bool {
    let types: Vec<_> = headers.get_all(CONTENT_TYPE).iter().collect();
    let [only] = types[..] else { return false };
    let essence = only.as_bytes().split(|&byte| byte == b';').next();
    let essence = essence.unwrap_or_default().trim_ascii();
    essence.eq_ignore_ascii_case(b"application/json")
}
