//! The measured app: a route for each way that a request can end.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::{Html, IntoResponse};
use axum::routing::{any, get, post};
use axum::{Extension, Json, Router};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;
use tollgate::collectors::Activity;
use tollgate::http::Exception;

use crate::api::{Api, CallError};
use crate::echo;
use crate::fulfilment::Fulfilment;
use crate::problem::Problem;
use crate::store::{Order, Store, User};

/// State of the routes.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) store: Store,
    pub(crate) fulfilment: Fulfilment,
    pub(crate) active_users: Activity,
    pub(crate) api: Api,
}

/// The routes, not yet measured.
pub(crate) fn router(shop: Shop, page: String) -> Router {
    let page = Bytes::from(page);
    Router::new()
        .route("/", get(move || async { Html(page) }))
        .route("/users/{id}", get(user))
        .route("/users/{id}/card", get(card))
        .route("/orders", post(place_order))
        .route("/orders/{id}", get(order))
        .route("/slow", get(slow))
        .route("/stream", get(stream))
        .route("/ws", any(echo::upgrade))
        .route("/fail", get(fail))
        .route("/panic", get(panic))
        .with_state(shop)
}

/// `GET /users/42`: the `endpoint` label is `/users/{id}`, whatever the id. axum itself refuses
/// anything but a number.
async fn user(State(shop): State<Shop>, Path(id): Path<u32>) -> Result<Json<User>, Problem> {
    let user = shop.store.user(id).await?;
    let user = user.ok_or_else(|| Problem::not_found("user"))?;
    shop.active_users.record(&id);
    tracing::debug!(id, "a user was asked for");
    Ok(Json(user))
}

/// `GET /users/42/card`: asks the demo's own API for the user, over HTTP.
async fn card(State(shop): State<Shop>, Path(id): Path<u32>) -> Result<String, Problem> {
    let user = shop.api.user(id).await.map_err(|error| match error {
        CallError::NotFound => Problem::not_found("user"),
        CallError::Failed(error) => Problem::bad_gateway(error.as_ref()),
    })?;
    let text = |field: &str| user[field].as_str().unwrap_or_default().to_owned();
    Ok(format!("{} <{}>\n", text("name"), text("email")))
}

/// `POST /orders` with `{"item":"tea","quantity":1}`.
async fn place_order(
    State(shop): State<Shop>,
    body: Result<Json<Value>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(body) = body?;
    let item = body["item"]
        .as_str()
        .filter(|item| (1..=100).contains(&item.len()))
        .ok_or_else(|| Problem::bad_field("item", "must be a text of 1 to 100 bytes"))?;
    let quantity = body["quantity"]
        .as_i64()
        .filter(|quantity| (1..=1000).contains(quantity))
        .ok_or_else(|| Problem::bad_field("quantity", "must be 1 to 1000"))?;

    let order = shop.store.place_order(item, quantity).await?;
    shop.fulfilment.placed(&order);
    let location = format!("/orders/{}", order.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(order)))
}

/// `GET /orders/1`: the `Location` of a placed order.
async fn order(State(shop): State<Shop>, Path(id): Path<u32>) -> Result<Json<Order>, Problem> {
    let order = shop.store.order(id).await?;
    order.map(Json).ok_or_else(|| Problem::not_found("order"))
}

#[derive(Debug, Deserialize)]
#[serde(default)]
struct Slow {
    ms: u64,
}

impl Default for Slow {
    fn default() -> Self {
        Self { ms: 500 }
    }
}

/// `GET /slow?ms=500`: in flight for up to 2 seconds.
async fn slow(query: Result<Query<Slow>, QueryRejection>) -> Result<Json<Value>, Problem> {
    let Query(Slow { ms }) = query?;
    if ms > 2000 {
        return Err(Problem::bad_field("ms", "must be at most 2000"));
    }
    sleep(Duration::from_millis(ms)).await;
    Ok(Json(json!({ "waited_ms": ms })))
}

#[derive(Debug, Deserialize)]
#[serde(default)]
struct Stream {
    chunks: u32,
    ms: u64,
}

impl Default for Stream {
    fn default() -> Self {
        Self {
            chunks: 10,
            ms: 200,
        }
    }
}

/// `GET /stream?chunks=10&ms=200`: up to 50 chunks with up to a second before each.
async fn stream(
    query: Result<Query<Stream>, QueryRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Query(Stream { chunks, ms }) = query?;
    if !(1..=50).contains(&chunks) {
        return Err(Problem::bad_field("chunks", "must be 1 to 50"));
    }
    if ms > 1000 {
        return Err(Problem::bad_field("ms", "must be at most 1000"));
    }
    let body = stream::iter(1..=chunks).then(move |number| async move {
        sleep(Duration::from_millis(ms)).await;
        Ok::<_, Infallible>(format!("chunk {number} of {chunks}\n"))
    });
    let content_type = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((content_type, Body::from_stream(body)))
}

/// `GET /fail`: a handled failure that the metrics should know by name.
async fn fail() -> impl IntoResponse {
    let exception = Extension(Exception("payment_declined"));
    let body = Json(json!({ "error": "payment declined" }));
    (StatusCode::INTERNAL_SERVER_ERROR, exception, body)
}

/// `GET /panic`: a bug, which counts as a 500 and as an exception.
async fn panic() {
    panic!("the demo was asked to panic");
}
