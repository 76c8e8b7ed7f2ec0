use axum::{
    body::Body,
    http::{Request, StatusCode, header::ALLOW},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::EndpointAccess;

const KEY: &str = "correct-horse-battery-staple";

/// A builder with an endpoint `light` that is read and switched, and one that is sensitive.
fn builder() -> ManagementBuilder {
    let light =
        Endpoint::new("light").read_write(Exposure::Read, "", async || "on", async || "off");
    let safe = Endpoint::new("safe")
        .sensitive()
        .read(Exposure::Read, "", async || "gold");
    let pulse = Endpoint::new("pulse").read(Exposure::Summary, "", async || "60");
    [light, safe, pulse]
        .into_iter()
        .fold(management_router(), |builder, endpoint| {
            builder.endpoint(Ok(endpoint))
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
async fn with_keys_everything_but_a_summary_needs_one() {
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
async fn without_keys_what_is_sensitive_says_how_it_is_opened() {
    let refused = answer(builder(), Request::get("/safe")).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let message = json(refused).await["message"].to_string();
    assert!(message.contains("management.safe.sensitive"), "{message}");

    let access = Access::new().endpoint("safe", EndpointAccess::new().sensitive(false));
    let opened = status(builder().access(access), Request::get("/safe")).await;
    assert_eq!(opened, StatusCode::OK);
}

#[tokio::test]
async fn without_keys_nothing_is_changed() {
    let access = Access::new().endpoint("light", EndpointAccess::new().sensitive(false));
    let change = Request::post("/light").header("content-type", "application/json");
    let refused = status(builder().access(access), change).await;
    assert_eq!(refused, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_change_is_json() {
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
    let untold = status(guarded(), change()).await;
    assert_eq!(untold, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_method_that_is_not_allowed_is_told_which_are() {
    for (path, read_only, allowed) in [
        ("/light", false, "GET,HEAD,POST,OPTIONS"),
        ("/light", true, "GET,HEAD,OPTIONS"),
        ("/safe", false, "GET,HEAD,OPTIONS"),
    ] {
        let access = Access::new().all(EndpointAccess::new().read_only(read_only));
        for (method, expected) in [
            ("OPTIONS", StatusCode::NO_CONTENT),
            ("DELETE", StatusCode::METHOD_NOT_ALLOWED),
        ] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("authorization", format!("Bearer {KEY}"));
            let response = answer(guarded().access(access.clone()), request).await;
            assert_eq!(response.status(), expected);
            let mut told: Vec<_> = response.headers()[ALLOW]
                .to_str()
                .unwrap()
                .split(',')
                .collect();
            let mut allowed: Vec<_> = allowed.split(',').collect();
            told.sort_unstable();
            allowed.sort_unstable();
            assert_eq!(told, allowed);
        }
    }
}

#[tokio::test]
async fn discovery_links_what_the_caller_may_see() {
    let open = json(answer(builder(), Request::get("/")).await).await;
    let links = json!({
        "self": { "href": "/", "templated": false },
        "light": { "href": "/light", "templated": false },
        "pulse": { "href": "/pulse", "templated": false },
    });
    assert_eq!(open, json!({ "_links": links }));
}

#[test]
fn two_endpoints_of_one_name_are_refused() {
    let twice = builder().endpoint(Ok(Endpoint::new("light")));
    let error = twice.build().unwrap_err();
    assert_eq!(error.kind(), ManagementErrorKind::DuplicateEndpoint);
    assert!(error.to_string().contains(r#""light""#), "{error}");
}

#[test]
fn what_is_set_of_the_metrics_may_stay_where_they_are_off() {
    let off = EndpointAccess::new().enabled(false);
    for id in ["metrics", "prometheus"] {
        let access = Access::new().endpoint(id, off);
        assert!(builder().access(access).build().is_ok(), "{id}");
    }
    let access = Access::new().endpoint("metric", off);
    let error = builder().access(access).build().unwrap_err();
    assert_eq!(error.kind(), ManagementErrorKind::UnknownEndpoint);
}

#[test]
fn a_setting_means_an_endpoint_in_any_case() {
    let added = builder().endpoint(Ok(Endpoint::new("read-Model.2")));
    for name in ["READ_MODEL_2", "read-Model.2", "read_model-2"] {
        assert_eq!(added.find_endpoint(name), Ok("read-Model.2"));
    }
    assert_eq!(added.find_endpoint("DISCOVERY"), Ok("discovery"));
    let error = added.find_endpoint("lihgt").unwrap_err();
    assert_eq!(error.kind(), ManagementErrorKind::UnknownEndpoint);
}

#[test]
fn no_endpoint_is_called_as_all_of_them() {
    for id in ["all", "All"] {
        let error = builder()
            .endpoint(Ok(Endpoint::new(id)))
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ManagementErrorKind::InvalidName);
        assert!(error.to_string().contains(id), "{error}");
    }
}
