//! Access to the metrics.

use reqwest::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use reqwest::{Method, Response};

use super::{Demo, KEY};

#[tokio::test]
async fn key_gets_200() {
    let demo = Demo::start();
    let response = scrape_with(&demo, &[KEY]).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    let content_type = &response.headers()[CONTENT_TYPE];
    assert_eq!(content_type, "text/plain; version=0.0.4; charset=utf-8");
}

#[tokio::test]
async fn missing_key_gets_401_without_an_error() {
    let demo = Demo::start();
    let response = scrape_with(&demo, &[]).await;
    assert_eq!(response.status(), 401);
    assert_eq!(
        response.headers()[WWW_AUTHENTICATE],
        r#"Bearer realm="metrics""#
    );
}

#[tokio::test]
async fn wrong_key_gets_401_invalid_token() {
    let demo = Demo::start();
    let response = scrape_with(&demo, &["wrong"]).await;
    assert_eq!(response.status(), 401);
    assert_challenge(&response, r#"error="invalid_token""#);
}

#[tokio::test]
async fn repeated_header_gets_400_invalid_request() {
    let demo = Demo::start();
    let response = scrape_with(&demo, &[KEY, KEY]).await;
    assert_eq!(response.status(), 400);
    assert_challenge(&response, r#"error="invalid_request""#);
}

#[tokio::test]
async fn metrics_route_is_read_only() {
    let demo = Demo::start();
    let request = demo.request(Method::POST, "/metrics");
    let request = request.header(AUTHORIZATION, format!("Bearer {KEY}"));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert!(response.headers().contains_key(ALLOW));
}

async fn scrape_with(demo: &Demo, keys: &[&str]) -> Response {
    let mut request = demo.request(Method::GET, "/metrics");
    for key in keys {
        request = request.header(AUTHORIZATION, format!("Bearer {key}"));
    }
    request.send().await.unwrap()
}

#[track_caller]
fn assert_challenge(response: &Response, error: &str) {
    let challenge = response.headers()[WWW_AUTHENTICATE].to_str().unwrap();
    assert!(
        challenge.starts_with(r#"Bearer realm="metrics""#),
        "{challenge}"
    );
    assert!(challenge.contains(error), "{challenge}");
}
