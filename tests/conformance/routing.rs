//! The endpoint of a request on axum, by the part of the router that answers it and by the position
//! of the layer. Only a router has routes, nested routers and fallbacks.

use axum::Router;
use axum::body::Body;
use axum::routing::{any, get};
use http::{Request, StatusCode};
use tests::ledger::Ledger;
use tollgate_axum::Axum;
use tollgate_http::RequestMetricsLayer;
use tower::{Layer, ServiceExt};

use crate::outcome::Outcome;

/// A router with its layer, a request to it, and the expected record.
struct Case {
    name: &'static str,
    router: fn(RequestMetricsLayer<Axum>) -> Router,
    method: &'static str,
    path: &'static str,
    outcome: Outcome,
}

impl Case {
    async fn check(&self) {
        let ledger = Ledger::new();
        let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
        let layer = builder.body_sizes().build().unwrap().for_host(Axum);
        let request = Request::builder().method(self.method).uri(self.path);
        let request = request.body(Body::empty()).unwrap();

        let response = (self.router)(layer).oneshot(request).await.unwrap();
        let body = axum::body::to_bytes(response.into_body(), 1_000).await;

        assert!(body.is_ok(), "{}", self.name);
        assert_eq!(ledger.samples(), self.outcome.samples(), "{}", self.name);
    }
}

#[tokio::test]
async fn matched_request_counts_under_its_route_template() {
    let user = Outcome::ended("200").endpoint("/users/{id}").sent(4);
    for case in [
        Case {
            name: "a route",
            router: |layer| users().layer(layer),
            method: "GET",
            path: "/users/7",
            outcome: user,
        },
        Case {
            name: "a route with an escaped path",
            router: |layer| users().layer(layer),
            method: "GET",
            path: "/users/%F0%9F%8D%B5?lang=en",
            outcome: user,
        },
        Case {
            name: "HEAD on a route for GET",
            router: |layer| users().layer(layer),
            method: "HEAD",
            path: "/users/7",
            outcome: user.method("HEAD").sent(0),
        },
        Case {
            name: "405: the path matches, the method does not",
            router: |layer| users().layer(layer),
            method: "DELETE",
            path: "/users/7",
            outcome: Outcome::ended("405")
                .method("DELETE")
                .endpoint("/users/{id}")
                .sent(0),
        },
        Case {
            name: "a wildcard",
            router: |layer| {
                Router::new()
                    .route("/files/{*path}", any(milk))
                    .layer(layer)
            },
            method: "GET",
            path: "/files/a/b/c",
            outcome: user.endpoint("/files/{*path}"),
        },
        Case {
            name: "a nested router",
            router: |layer| Router::new().nest("/api/{version}", users()).layer(layer),
            method: "GET",
            path: "/api/v1/users/7",
            outcome: user.endpoint("/api/{version}/users/{id}"),
        },
        Case {
            name: "a nested router with its own layer",
            router: |layer| Router::new().nest("/api", users().layer(layer)),
            method: "GET",
            path: "/api/users/7",
            outcome: user.endpoint("/api/users/{id}"),
        },
        Case {
            name: "a router nested as a service, with its own layer",
            router: |layer| Router::new().nest_service("/api", users().layer(layer)),
            method: "GET",
            path: "/api/users/7",
            outcome: user.endpoint("/api/users/{id}"),
        },
        Case {
            name: "a merged router",
            router: |layer| Router::new().merge(users()).layer(layer),
            method: "GET",
            path: "/users/7",
            outcome: user,
        },
        Case {
            name: "a router merged after it got its layer",
            router: |layer| Router::new().merge(users().layer(layer)),
            method: "GET",
            path: "/users/7",
            outcome: user,
        },
        Case {
            name: "the layer on one route",
            router: |layer| Router::new().route("/users/{id}", get(milk).layer(layer)),
            method: "GET",
            path: "/users/7",
            outcome: user,
        },
        Case {
            name: "the layer on the routes only",
            router: |layer| users().route_layer(layer),
            method: "GET",
            path: "/users/7",
            outcome: user,
        },
    ] {
        case.check().await;
    }
}

#[tokio::test]
async fn request_without_a_route_is_unmatched() {
    let unmatched = Outcome::ended("404").endpoint("unmatched").sent(0);
    for case in [
        Case {
            name: "404",
            router: |layer| users().layer(layer),
            method: "GET",
            path: "/wp-login.php",
            outcome: unmatched,
        },
        Case {
            name: "404 in a nested router",
            router: |layer| Router::new().nest("/api", users()).layer(layer),
            method: "GET",
            path: "/api/wp-login.php",
            outcome: unmatched,
        },
        Case {
            name: "404 in a nested router with its own layer",
            router: |layer| Router::new().nest_service("/api", users().layer(layer)),
            method: "GET",
            path: "/api/wp-login.php",
            outcome: unmatched,
        },
        Case {
            name: "a fallback",
            router: |layer| users().fallback(teapot).layer(layer),
            method: "GET",
            path: "/wp-login.php",
            outcome: Outcome::ended("418").endpoint("unmatched").sent(0),
        },
        Case {
            name: "the fallback of a nested router",
            router: |layer| {
                Router::new()
                    .nest("/api", users().fallback(teapot))
                    .layer(layer)
            },
            method: "GET",
            path: "/api/wp-login.php",
            outcome: Outcome::ended("418").endpoint("unmatched").sent(0),
        },
        Case {
            name: "a nested service",
            router: |layer| Router::new().nest_service("/api", users()).layer(layer),
            method: "GET",
            path: "/api/users/7",
            outcome: Outcome::ended("200").endpoint("unmatched").sent(4),
        },
        Case {
            name: "the layer outside of the router",
            router: |layer| Router::new().fallback_service(layer.layer(users())),
            method: "GET",
            path: "/users/7",
            outcome: Outcome::ended("200").endpoint("unmatched").sent(4),
        },
    ] {
        case.check().await;
    }
}

#[tokio::test]
async fn request_outside_the_layer_leaves_no_series() {
    for case in [
        Case {
            name: "merged after the layer",
            router: |layer| Router::new().layer(layer).merge(users()),
            method: "GET",
            path: "/users/7",
            outcome: Outcome::empty(),
        },
        Case {
            name: "the layer on another route",
            router: |layer| users().route("/", get(milk).layer(layer)),
            method: "GET",
            path: "/users/7",
            outcome: Outcome::empty(),
        },
        Case {
            name: "404 beside the layer on the routes only",
            router: |layer| users().route_layer(layer),
            method: "GET",
            path: "/wp-login.php",
            outcome: Outcome::empty(),
        },
    ] {
        case.check().await;
    }
}

fn users() -> Router {
    Router::new().route("/users/{id}", get(milk))
}

async fn milk() -> &'static str {
    "milk"
}

async fn teapot() -> StatusCode {
    StatusCode::IM_A_TEAPOT
}
