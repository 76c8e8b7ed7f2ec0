use axum::{
    body::Body,
    http::{Request, StatusCode, header::ALLOW},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;

const KEY: &str = "correct-horse-battery-staple";

/// Returns a builder with an endpoint that can be changed, a sensitive one and a summary.
fn builder() -> ManagementBuilder {
    let light =
        Endpoint::new("light").read_write(Exposure::Read, "", async || "on", async || "off");
    let mut safe = Endpoint::new("safe").read(Exposure::Read, "", async || "gold");
    safe.sensitive = true;
    let pulse = Endpoint::new("pulse").read(Exposure::Summary, "", async || "60");
    [light, safe, pulse]
        .into_iter()
        .fold(management_router(), |builder, endpoint| {
            builder.endpoint(endpoint)
        })
}

fn guarded() -> ManagementBuilder {
    builder().master_keys(MasterKeys::new([KEY]).unwrap())
}

async fn answer(builder: ManagementBuilder, request: axum::http::request::Builder) -> Response {
    let request = request.body(Body::empty()).unwrap();
    let Ok(response) = builder.build().unwrap().oneshot(request).await;
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    response
}

async fn status(builder: ManagementBuilder, request: axum::http::request::Builder) -> StatusCode {
    answer(builder, request).await.status()
}

async fn json(response: Response) -> Value {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn with_keys_only_a_summary_needs_none() {
    for path in ["/", "/light", "/safe", "/nowhere", "/pulse/", "/pulse/x"] {
        let stranger = Request::get(path);
        assert_eq!(status(guarded(), stranger).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        status(guarded(), Request::get("/pulse")).await,
        StatusCode::OK
    );
    let wrong = Request::get("/pulse").header("authorization", "Bearer not-the-right-key");
    assert_eq!(status(guarded(), wrong).await, StatusCode::OK);
    let right = Request::get("/safe").header("authorization", format!("Bearer {KEY}"));
    assert_eq!(status(guarded(), right).await, StatusCode::OK);
}

#[tokio::test]
async fn sensitive_endpoint_without_keys_names_the_setting_that_opens_it() {
    let refused = answer(builder(), Request::get("/safe")).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let message = json(refused).await["message"].to_string();
    assert!(message.contains("management.safe.sensitive"), "{message}");

    let access = Access::new().sensitive(false);
    let opened = status(builder().access("safe", access), Request::get("/safe")).await;
    assert_eq!(opened, StatusCode::OK);
}

#[tokio::test]
async fn change_without_keys_is_refused() {
    let access = Access::new().sensitive(false);
    let change = Request::post("/light").header("content-type", "application/json");
    let refused = status(builder().access("light", access), change).await;
    assert_eq!(refused, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn change_is_json() {
    let change = || Request::post("/light").header("authorization", format!("Bearer {KEY}"));
    for (content_type, expected) in [
        ("application/json", StatusCode::OK),
        ("application/JSON; charset=utf-8", StatusCode::OK),
        ("text/plain", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (
            "application/x-www-form-urlencoded",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
    ] {
        let change = change().header("content-type", content_type);
        assert_eq!(status(guarded(), change).await, expected);
    }
    let no_type = status(guarded(), change()).await;
    assert_eq!(no_type, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn refused_method_gets_the_allowed_ones() {
    for (path, read_only, allowed) in [
        ("/light", false, "GET,HEAD,POST,OPTIONS"),
        ("/light", true, "GET,HEAD,OPTIONS"),
        ("/safe", false, "GET,HEAD,OPTIONS"),
    ] {
        let access = Access::new().read_only(read_only);
        for (method, expected) in [
            ("OPTIONS", StatusCode::NO_CONTENT),
            ("DELETE", StatusCode::METHOD_NOT_ALLOWED),
        ] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("authorization", format!("Bearer {KEY}"));
            let response = answer(guarded().access("all", access), request).await;
            assert_eq!(response.status(), expected);
            let mut sent: Vec<_> = response.headers()[ALLOW]
                .to_str()
                .unwrap()
                .split(',')
                .collect();
            let mut allowed: Vec<_> = allowed.split(',').collect();
            sent.sort_unstable();
            allowed.sort_unstable();
            assert_eq!(sent, allowed);
        }
    }
}

#[tokio::test]
async fn discovery_links_endpoints_that_the_caller_may_see() {
    let open = json(answer(builder(), Request::get("/")).await).await;
    let links = json!({
        "self": { "href": "/", "templated": false },
        "light": { "href": "/light", "templated": false },
        "pulse": { "href": "/pulse", "templated": false },
    });
    assert_eq!(open, json!({ "_links": links }));
}

#[test]
fn endpoints_of_one_name_are_refused() {
    let twice = builder().endpoint(Endpoint::new("light"));
    let error = twice.build().unwrap_err();
    let expected = r#"there are two endpoints "light""#;
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[test]
fn access_to_the_metrics_may_be_set_where_they_are_off() {
    let off = Access::new().enabled(false);
    for id in ["metrics", "prometheus"] {
        assert!(builder().access(id, off).build().is_ok(), "{id}");
    }
    let error = builder().access("metric", off).build().unwrap_err();
    assert!(
        error.to_string().starts_with("there is no endpoint"),
        "{error}"
    );
}

#[test]
fn setting_names_an_endpoint_in_any_case() {
    let added = builder().endpoint(Endpoint::new("read-Model.2"));
    assert_eq!(added.find_endpoint("ALL"), Ok("all"));
    for name in ["READ_MODEL_2", "read-Model.2", "read_model-2"] {
        assert_eq!(added.find_endpoint(name), Ok("read-Model.2"));
    }
    assert_eq!(added.find_endpoint("DISCOVERY"), Ok("discovery"));
    let error = added.find_endpoint("lihgt").unwrap_err();
    assert!(
        error.to_string().starts_with("there is no endpoint"),
        "{error}"
    );
}

#[test]
fn endpoint_must_not_be_called_all() {
    for id in ["all", "All"] {
        let error = builder().endpoint(Endpoint::new(id)).build().unwrap_err();
        let expected = format!("{id:?} stands for every endpoint");
        assert!(error.to_string().starts_with(&expected), "{error}");
    }
}
