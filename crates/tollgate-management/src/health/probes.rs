//! The probes on the app's own port.

use axum::{
    Json, Router,
    http::header::CACHE_CONTROL,
    response::{IntoResponse, Response},
    routing::get,
};
use tollgate_http::Unmetered;

use super::{
    Health,
    builder::{LIVENESS, READINESS},
};

pub(super) fn router<S>(health: &Health) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let probe = |group| {
        let health = health.clone();
        get(async move || answer(&health, group).await)
    };
    Router::new()
        .route("/livez", probe(LIVENESS))
        .route("/readyz", probe(READINESS))
}

async fn answer(health: &Health, group: &str) -> Response {
    let mut report = health.report(Some(group)).await;
    report.details = None;
    let mut response = (
        report.status.code(),
        [(CACHE_CONTROL, "no-store")],
        Json(report),
    )
        .into_response();
    response.extensions_mut().insert(Unmetered);
    response
}
