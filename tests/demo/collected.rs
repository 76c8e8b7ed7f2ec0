//! Metrics of the demo besides its incoming requests.

use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::json;
use tokio_tungstenite::{connect_async, tungstenite::Message};

use super::Demo;

const SHOP: [(&str, &str); 1] = [("client", "shop")];
const SOCKET: [(&str, &str); 1] = [("endpoint", "/ws")];

#[tokio::test]
async fn call_to_itself_is_measured_on_both_sides() {
    let demo = Demo::start();
    let card = demo.get("/users/42/card").await.text().await.unwrap();
    assert_eq!(card, "User 42 <user42@example.com>\n");
    assert_eq!(demo.get("/users/1001/card").await.status(), 404);

    let scrape = demo.scrape().await;
    for (status, endpoint) in [("200", "/users/{id}"), ("404", "/users/{id}")] {
        let call = [SHOP[0], ("method", "GET"), ("status", status)];
        assert_eq!(scrape.values("http_client_request_total", &call), [1.0]);
        let request = [("endpoint", endpoint), ("status", status)];
        assert_eq!(scrape.sum("http_request_total", &request), 1.0);
    }
    assert_eq!(scrape.sum("http_client_requests_in_flight", &SHOP), 0.0);
}

#[tokio::test]
async fn cached_users_are_counted_once() {
    let demo = Demo::start();
    for id in [1, 2, 1, 1] {
        demo.get(&format!("/users/{id}")).await;
    }
    demo.get("/users/1001").await;

    let scrape = demo.scrape().await;
    let cache = [("cache", "users")];
    assert_eq!(scrape.values("cache_get_hits_total", &cache), [2.0]);
    assert_eq!(scrape.values("cache_get_misses_total", &cache), [3.0]);
    assert_eq!(scrape.values("active_users_duration_hour", &[]), [2.0]);
}

#[tokio::test]
async fn placed_order_is_fulfilled_by_a_job() {
    let demo = Demo::start();
    let order = demo.request(Method::POST, "/orders");
    let order = order.json(&json!({ "item": "tea", "quantity": 1 }));
    assert_eq!(order.send().await.unwrap().status(), 201);

    let ended = [("kind", "fulfil_order"), ("state", "success")];
    let scrape = demo
        .scrape_until(|scrape| scrape.sum("jobs_ended_total", &ended) == 1.0)
        .await;
    assert_eq!(scrape.sum("jobs_running", &[]), 0.0);
    assert_eq!(
        scrape.sum("db_executions_total", &[]),
        0.0,
        "off by default"
    );
}

#[tokio::test]
async fn database_is_measured_if_the_setting_is_on() {
    let demo = Demo::start_with(&[("METRICS_DB", "true")]);
    demo.get("/users/1").await;
    let scrape = demo.scrape().await;
    let select = [("db", "shop"), ("operation", "select"), ("table", "users")];
    assert_eq!(scrape.values("db_executions_total", &select), [1.0]);
    let pool = [("db", "shop")];
    for connections in ["max", "open", "opened_total"] {
        let name = format!("db_connections_{connections}");
        assert_eq!(scrape.values(&name, &pool), [1.0], "{name}");
    }
}

#[tokio::test]
async fn websocket_is_measured_until_it_is_closed_or_lost() {
    let demo = Demo::start();
    let url = demo.running.url("/ws").replace("http", "ws");

    let (mut socket, _) = connect_async(url.as_str()).await.unwrap();
    socket.send(Message::text("hello")).await.unwrap();
    let heard = socket.next().await.unwrap().unwrap();
    assert_eq!(heard, Message::text("hello"));
    let scrape = demo.scrape().await;
    assert_eq!(scrape.values("websockets_in_flight", &SOCKET), [1.0]);
    socket.close(None).await.unwrap();
    drop(socket);
    drop(connect_async(url.as_str()).await.unwrap());

    let scrape = demo
        .scrape_until(|scrape| scrape.sum("websocket_total", &SOCKET) == 2.0)
        .await;
    assert_eq!(scrape.values("websockets_in_flight", &SOCKET), [0.0]);
    for outcome in ["closed", "lost"] {
        let ended = [SOCKET[0], ("outcome", outcome)];
        assert_eq!(scrape.values("websocket_total", &ended), [1.0], "{outcome}");
    }
}

#[tokio::test]
async fn process_runtime_and_build_are_exposed() {
    let demo = Demo::start();
    let scrape = demo.scrape().await;
    let build = [("version", env!("CARGO_PKG_VERSION"))];
    assert_eq!(scrape.values("build_info", &build), [1.0]);
    assert!(scrape.sum("process_resident_memory_bytes", &[]) > 0.0);
    assert!(scrape.sum("tokio_workers", &[]) > 0.0);
}
