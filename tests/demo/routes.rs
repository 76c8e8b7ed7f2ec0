//! Routes of the demo, as its page describes them.

use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::{Demo, KEY};

#[tokio::test]
async fn page_explains_every_route() {
    let demo = Demo::start();
    let response = demo.get("/").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
    let page = response.text().await.unwrap();
    let routes = [
        "/users/", "/orders", "/slow", "/stream", "/fail", "/panic", "/metrics",
    ];
    for route in routes {
        assert!(page.contains(&demo.running.url(route)), "{route}");
    }
    assert!(!page.contains(KEY));
}

#[tokio::test]
async fn users_come_from_the_store() {
    let demo = Demo::start();
    let user = json!({ "id": 42, "name": "User 42", "email": "user42@example.com" });
    assert_answer(demo.get("/users/42").await, 200, &user).await;
    assert_eq!(demo.get("/users/1").await.status(), 200);
    assert_eq!(demo.get("/users/1000").await.status(), 200);

    let problem = json!({ "error": "no such user" });
    assert_answer(demo.get("/users/1001").await, 404, &problem).await;
    assert_answer(demo.get("/users/0").await, 404, &problem).await;
    assert_eq!(demo.get("/users/abc").await.status(), 400);
}

#[tokio::test]
async fn orders_are_stored_and_found_again() {
    let demo = Demo::start();
    let response = order(&demo, r#"{"item":"tea","quantity":1}"#).await;
    let location = response.headers()[LOCATION].to_str().unwrap().to_owned();
    let stored = json!({ "id": 1, "item": "tea", "quantity": 1 });
    assert_answer(response, 201, &stored).await;
    assert_eq!(location, "/orders/1");
    assert_answer(demo.get(&location).await, 200, &stored).await;

    let problem = json!({ "error": "no such order" });
    assert_answer(demo.get("/orders/2").await, 404, &problem).await;
}

#[tokio::test]
async fn invalid_order_is_refused_by_field() {
    let demo = Demo::start();
    for (body, field) in [
        (r#"{"item":"tea","quantity":0}"#, "quantity"),
        (r#"{"item":"tea","quantity":-1}"#, "quantity"),
        (r#"{"item":"tea","quantity":1001}"#, "quantity"),
        (r#"{"item":"tea","quantity":"1"}"#, "quantity"),
        (r#"{"item":"tea"}"#, "quantity"),
        (r#"{"quantity":1}"#, "item"),
        (r#"{"item":"","quantity":1}"#, "item"),
        ("[]", "item"),
        (r#"{"item""#, "body"),
        ("", "body"),
    ] {
        assert_bad_request(order(&demo, body).await, field).await;
    }
    assert_eq!(demo.get("/orders/1").await.status(), 404);
}

#[tokio::test]
async fn order_must_be_declared_as_json() {
    let demo = Demo::start();
    let request = demo.request(Method::POST, "/orders").body("tea");
    assert_eq!(request.send().await.unwrap().status(), 415);
}

#[tokio::test]
async fn slow_and_stream_refuse_values_out_of_bounds() {
    let demo = Demo::start();
    assert_answer(
        demo.get("/slow?ms=1").await,
        200,
        &json!({ "waited_ms": 1 }),
    )
    .await;
    let response = demo.get("/stream?chunks=3&ms=1").await;
    assert_eq!(response.status(), 200);
    let body = response.text().await.unwrap();
    assert_eq!(body, "chunk 1 of 3\nchunk 2 of 3\nchunk 3 of 3\n");

    for (path, field) in [
        ("/slow?ms=2001", "ms"),
        ("/slow?ms=-1", "query"),
        ("/stream?chunks=0", "chunks"),
        ("/stream?chunks=51", "chunks"),
        ("/stream?ms=1001", "ms"),
        ("/stream?chunks=many", "query"),
    ] {
        assert_bad_request(demo.get(path).await, field).await;
    }
}

#[tokio::test]
async fn failure_and_panic_are_500() {
    let demo = Demo::start();
    let problem = json!({ "error": "payment declined" });
    assert_answer(demo.get("/fail").await, 500, &problem).await;
    assert_eq!(demo.get("/panic").await.status(), 500);
    assert_eq!(demo.get("/users/1").await.status(), 200);
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let demo = Demo::start();
    assert_eq!(demo.get("/any/other/path").await.status(), 404);
    let request = demo.request(Method::DELETE, "/users/1");
    assert_eq!(request.send().await.unwrap().status(), 405);
}

async fn order(demo: &Demo, body: &'static str) -> Response {
    let request = demo.request(Method::POST, "/orders");
    let request = request.header(CONTENT_TYPE, "application/json").body(body);
    request.send().await.unwrap()
}

async fn assert_answer(response: Response, status: u16, body: &Value) {
    assert_eq!(response.status(), status, "{}", response.url());
    assert_eq!(response.json::<Value>().await.unwrap(), *body);
}

async fn assert_bad_request(response: Response, field: &str) {
    assert_eq!(response.status(), 400, "{}", response.url());
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["field"], field, "{problem}");
    assert!(problem["error"].is_string(), "{problem}");
}
