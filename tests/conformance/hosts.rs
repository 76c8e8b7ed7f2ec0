//! The two hosts that a case runs on.

use axum::Router;
use axum::body::Body;
use axum::routing::any_service;
use http::{Request, StatusCode};
use tollgate_axum::Axum;
use tollgate_http::{RequestMetricsLayer, Route};
use tower::Layer;

use crate::answer::{Answer, Failure};
use crate::case::Case;
use crate::exchange::{Moment, exchange};
use crate::scripted::Scripted;

/// The route of every case.
pub(crate) const TEMPLATE: &str = "/things/{id}";

/// The path of every case.
pub(crate) const PATH: &str = "/things/7";

/// Service that the layer wraps.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Host {
    Tower,
    Axum,
}

impl Host {
    /// Runs a case, with or without the layer, and returns everything that the client saw.
    pub(crate) fn run(
        self,
        case: &Case,
        layer: Option<RequestMetricsLayer>,
        watch: impl FnMut(Moment),
    ) -> Vec<String> {
        let inner = Scripted::new(case.answer.clone());
        match self {
            Self::Tower => {
                let request = routed(case.request());
                match layer {
                    None => exchange(inner, request, case.client, watch),
                    Some(layer) => exchange(layer.layer(inner), request, case.client, watch),
                }
            }
            Self::Axum => {
                let request = case.request().map(Body::new);
                exchange(router(case, inner, layer), request, case.client, watch)
            }
        }
    }
}

/// Adds the route to a request, as a router in front of a plain service does.
pub(crate) fn routed<B>(mut request: Request<B>) -> Request<B> {
    request.extensions_mut().insert(Route::from(TEMPLATE));
    request
}

fn router(case: &Case, inner: Scripted, layer: Option<RequestMetricsLayer>) -> Router {
    let route = any_service::<_, ()>(inner);
    match (layer.map(|layer| layer.for_host(Axum)), &case.answer) {
        (None, _) => Router::new().route(TEMPLATE, route.handle_error(apologize)),
        // Routers are infallible: the layer sees an error only on the route itself.
        (Some(layer), Answer::Fails) => {
            Router::new().route(TEMPLATE, route.layer(layer).handle_error(apologize))
        }
        (Some(layer), _) => Router::new()
            .route(TEMPLATE, route.handle_error(apologize))
            .layer(layer),
    }
}

async fn apologize(failure: Failure) -> (StatusCode, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, failure.to_string())
}
