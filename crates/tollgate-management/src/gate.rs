//! Who comes to a route, and whether they may.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{
        HeaderMap, Method,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use tollgate_auth::{MasterKey, MasterKeyLayer};
use tower::{Layer, Service, ServiceExt};

use crate::{access::Sensitivity, endpoint::Exposure, problem::Problem};

/// Who asks. An extension of every request that comes to a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Somebody with a master key.
    KeyHolder,
    /// Somebody where there are no keys, at an endpoint that is opened by its own name.
    Welcome,
    /// Anybody else: sees no details.
    Stranger,
}

impl Caller {
    /// Whether the caller may see what a summary leaves out.
    pub(crate) fn sees_details(self) -> bool {
        self != Self::Stranger
    }
}

/// Asks for a key. Nothing but whether there is a right one comes of it.
#[derive(Clone, Debug)]
pub(crate) struct Keys(MasterKey<Admit>);

impl Keys {
    pub(crate) fn new(layer: &MasterKeyLayer) -> Self {
        Self(layer.layer(Admit))
    }

    /// # Errors
    ///
    /// The refusal, where no right key is presented.
    async fn check(&self, head: axum::http::Request<()>) -> Result<(), Response> {
        let Ok(answer) = self.0.clone().oneshot(head).await;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(answer.map(Body::new))
        }
    }
}

/// What the keys guard: an answer that tells that they opened.
#[derive(Clone, Copy, Debug)]
struct Admit;

impl Service<axum::http::Request<()>> for Admit {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: axum::http::Request<()>) -> Self::Future {
        ready(Ok(Response::new(Body::empty())))
    }
}

/// The gate of one route.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    pub(crate) keys: Option<Keys>,
    pub(crate) id: Arc<str>,
    pub(crate) sensitivity: Sensitivity,
    pub(crate) exposure: Exposure,
    pub(crate) changes: bool,
}

impl Gate {
    /// Lets a request through to `next`, or answers it.
    pub(crate) async fn pass(
        State(gate): State<Self>,
        mut request: Request,
        next: Next,
    ) -> Response {
        match gate.admit(head(&request)).await {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                next.run(request).await
            }
            Err(refusal) => refusal,
        }
    }

    async fn admit(&self, head: axum::http::Request<()>) -> Result<Caller, Response> {
        let change = self.changes && head.method() == Method::POST;
        let json = is_json(head.headers());
        let caller = match &self.keys {
            Some(keys) => self.with_keys(keys, head).await?,
            None => self
                .without_keys(change)
                .map_err(IntoResponse::into_response)?,
        };
        // What a page of another origin can send without asking first is never a change.
        if change && !json {
            return Err(Problem::not_json().into_response());
        }
        Ok(caller)
    }

    async fn with_keys(
        &self,
        keys: &Keys,
        head: axum::http::Request<()>,
    ) -> Result<Caller, Response> {
        let summary =
            self.exposure == Exposure::Summary && self.sensitivity != Sensitivity::Sensitive;
        // A probe presents nothing, and that is no failure to count.
        if summary && !presents_credentials(head.headers()) {
            return Ok(Caller::Stranger);
        }
        match keys.check(head).await {
            Ok(()) => Ok(Caller::KeyHolder),
            Err(_) if summary => Ok(Caller::Stranger),
            Err(refusal) => Err(refusal),
        }
    }

    fn without_keys(&self, change: bool) -> Result<Caller, Problem> {
        if change {
            return Err(Problem::forbidden(
                "changes need a master key: set MASTER_KEY or MASTER_KEY_FILE",
            ));
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

/// The request without its body, for what looks at its head only.
fn head(request: &Request) -> axum::http::Request<()> {
    let mut head = axum::http::Request::new(());
    *head.method_mut() = request.method().clone();
    *head.headers_mut() = request.headers().clone();
    head
}

fn presents_credentials(headers: &HeaderMap) -> bool {
    headers.contains_key(AUTHORIZATION) || headers.contains_key("x-api-key")
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(only), None) = (types.next(), types.next()) else {
        return false;
    };
    let essence = only.as_bytes().split(|&byte| byte == b';').next();
    essence.is_some_and(|essence| {
        essence
            .trim_ascii()
            .eq_ignore_ascii_case(b"application/json")
    })
}
