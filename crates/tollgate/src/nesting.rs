//! Wrapped routers within wrapped routers.

use std::{
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll},
};

use axum::{
    body::Body,
    extract::Request,
    http::{self, Extensions, Response, StatusCode},
    middleware::Next,
    response::IntoResponse,
};
use tollgate_axum::Axum;
use tollgate_http::{BodyGuard, Host};

/// Whether a router was wrapped in this process.
static IS_WRAPPED: AtomicBool = AtomicBool::new(false);

/// Whether two were, so that one may be within the other. Until then, no request is marked.
static MAY_NEST: AtomicBool = AtomicBool::new(false);

/// The host of the suite's requests: [`Axum`], where the outermost layer alone measures a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outermost;

/// Request extension: the layer of a suite measures the request.
#[derive(Clone)]
struct Measured;

/// Notes that a router is wrapped.
pub(crate) fn note_wrap() {
    if IS_WRAPPED.swap(true, Ordering::Relaxed) {
        MAY_NEST.store(true, Ordering::Relaxed);
    }
}

/// Answers 404 in place of a metrics route within a wrapped router: the metrics are at the outer endpoint.
pub(crate) async fn hide_if_nested(request: Request, next: Next) -> axum::response::Response {
    if request.extensions().get::<Measured>().is_some() {
        warn();
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}

impl Host<Body> for Outermost {
    type Body = Body;

    #[inline]
    fn claim<R>(request: &mut http::Request<R>) -> bool {
        !MAY_NEST.load(Ordering::Relaxed) || mark(request.extensions_mut())
    }

    #[inline]
    fn route<R>(request: &http::Request<R>) -> Option<&str> {
        <Axum as Host<Body>>::route(request)
    }

    #[inline]
    fn poll_response<F, E>(
        future: Pin<&mut F>,
        cx: &mut Context<'_>,
        end: impl FnOnce(&Poll<F::Output>) -> Option<BodyGuard>,
    ) -> Poll<Result<Response<Body>, E>>
    where
        F: Future<Output = Result<Response<Body>, E>>,
    {
        <Axum as Host<Body>>::poll_response(future, cx, end)
    }
}

/// Marks a request. Returns whether it had no mark.
#[cold]
fn mark(extensions: &mut Extensions) -> bool {
    let is_outermost = extensions.insert(Measured).is_none();
    if !is_outermost {
        warn();
    }
    is_outermost
}

#[cold]
fn warn() {
    static WARNED: AtomicBool = AtomicBool::new(false);
    if !WARNED.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            "a wrapped router is within another: the outer one alone counts its requests, and its \
             own metrics endpoint answers 404; call `wrap` once, on the outermost router"
        );
    }
}
