//! Log levels, read and changed over HTTP.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use futures_util::stream;
use serde_json::{Value, json};
use tollgate_auth::MasterKeys;
use tollgate_management::{Access, Loggers, management_router};

use crate::{KEY, ask, change, read};

fn router(loggers: &Loggers) -> Router {
    let keys = MasterKeys::named("ops", KEY).unwrap();
    let router = management_router().loggers(loggers).master_keys(keys);
    router.build().unwrap()
}

async fn get(router: &Router, path: &str) -> (StatusCode, Value) {
    let answer = ask(router, Method::GET, path, Some(KEY)).await;
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

/// Changes the logger `shop`, and returns the answer.
async fn set(router: &Router, body: &Value) -> (StatusCode, String) {
    let answer = change(router, "/loggers/shop", &body.to_string(), Some(KEY)).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn levels_have_the_shape_of_micronaut() {
    let router = router(&Loggers::new("info,shop::cart=debug").unwrap());
    let levels = [
        "ALL",
        "TRACE",
        "DEBUG",
        "INFO",
        "WARN",
        "ERROR",
        "OFF",
        "NOT_SPECIFIED",
    ];
    let info = json!({ "configuredLevel": "INFO", "effectiveLevel": "INFO" });
    let debug = json!({ "configuredLevel": "DEBUG", "effectiveLevel": "DEBUG" });
    let inherited = json!({ "configuredLevel": "NOT_SPECIFIED", "effectiveLevel": "INFO" });
    let loggers = json!({ "ROOT": &info, "shop::cart": &debug });
    let all = json!({ "levels": levels, "loggers": loggers });
    assert_eq!(get(&router, "/loggers").await, (StatusCode::OK, all));
    for (name, logger) in [
        ("ROOT", info),
        ("shop::cart", debug),
        ("shop", inherited.clone()),
        ("shop::till", inherited),
    ] {
        let one = get(&router, &format!("/loggers/{name}")).await;
        assert_eq!(one, (StatusCode::OK, logger), "{name}");
    }
}

#[tokio::test]
async fn level_is_set_and_reset() {
    let router = router(&Loggers::new("info,shop=warn").unwrap());
    let done = (StatusCode::OK, String::new());
    for (level, expected) in [
        (json!("DEBUG"), "DEBUG"),
        (json!("all"), "TRACE"),
        (json!(null), "WARN"),
        (json!("OFF"), "OFF"),
        (json!("NOT_SPECIFIED"), "WARN"),
    ] {
        let body = json!({ "configuredLevel": level });
        assert_eq!(set(&router, &body).await, done);
        let logger = json!({ "configuredLevel": expected, "effectiveLevel": expected });
        assert_eq!(get(&router, "/loggers/shop").await.1, logger);
    }
}

#[tokio::test]
async fn level_for_a_time_shows_its_end() {
    let router = router(&Loggers::new("info,shop=warn").unwrap());
    let body = json!({ "configuredLevel": "DEBUG", "for": "10m" });
    assert_eq!(set(&router, &body).await.0, StatusCode::OK);
    let (_, logger) = get(&router, "/loggers/shop").await;
    assert_eq!(logger["configuredLevel"], "DEBUG");
    let until = logger["until"].as_str().unwrap();
    assert!(until.starts_with("20") && until.ends_with('Z'), "{until}");
}

#[tokio::test]
async fn invalid_change_is_refused_with_the_accepted_form() {
    let router = router(&Loggers::new("info,shop=warn").unwrap());
    let long = json!({ "configuredLevel": "x".repeat(5_000) });
    for (body, advice) in [
        (
            json!({ "configuredLevel": "LOUD" }),
            "use one of ALL, TRACE",
        ),
        (json!({ "configuredLevel": "DEBUG", "for": "soon" }), "10m"),
        // humantime overflows and panics here.
        (
            json!({ "configuredLevel": "DEBUG", "for": "18446744073709551615s 1000ms" }),
            "10m",
        ),
        (json!({ "level": "DEBUG" }), "configuredLevel"),
        (json!({}), "missing field `configuredLevel`"),
        (json!([]), "configuredLevel"),
        (long, "4096 bytes"),
    ] {
        let (status, answer) = set(&router, &body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let message = answer["message"].as_str().unwrap();
        assert!(message.contains(advice), "{message}");
    }
    let body = r#"{"configuredLevel":"DEBUG"}"#;
    let unread = change(&router, "/loggers/%FF", body, Some(KEY)).await;
    assert_eq!(unread.status, StatusCode::BAD_REQUEST);
    assert!(unread.body.contains("UTF-8"), "{}", unread.body);
    for name in ["shp", "shop::%20", "%00"] {
        let path = format!("/loggers/{name}");
        let answer = change(&router, &path, body, Some(KEY)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}");
        assert!(answer.body.contains("shop"), "{}", answer.body);
        assert_eq!(get(&router, &path).await.0, StatusCode::NOT_FOUND);
    }
    for broken in ["", "{", "\u{7f}", &"[".repeat(4_000)] {
        let answer = change(&router, "/loggers/shop", broken, Some(KEY)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{broken}");
        assert!(answer.body.contains("bad_request"), "{}", answer.body);
    }
    let logger = json!({ "configuredLevel": "WARN", "effectiveLevel": "WARN" });
    assert_eq!(get(&router, "/loggers/shop").await.1, logger);
}

#[tokio::test(start_paused = true)]
async fn change_that_does_not_arrive_times_out() {
    let router = router(&Loggers::new("info,shop=warn").unwrap());
    let never = Body::from_stream(stream::pending::<Result<&str, Infallible>>());
    let request = Request::post("/loggers/shop")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {KEY}"))
        .body(never);
    let answer = read(&router, request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
}

#[tokio::test]
async fn read_only_logger_is_not_changed() {
    let loggers = Loggers::new("info,shop=warn").unwrap();
    let access = Access::new().read_only(true);
    let keys = MasterKeys::new([KEY]).unwrap();
    let router = management_router().loggers(&loggers).master_keys(keys);
    let router = router.access("loggers", access).build().unwrap();
    let (status, _) = set(&router, &json!({ "configuredLevel": "DEBUG" })).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(
        get(&router, "/loggers/shop").await.1["configuredLevel"],
        "WARN"
    );
}
