//! Pools that answer, are exhausted, or have lost their database.

use std::time::Duration;

use axum::Router;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use tollgate_management::{Access, DatabasePing, Health, management_router};

use crate::ask;

/// Returns the first result of the check of `pool`.
async fn found(pool: &SqlitePool) -> (StatusCode, Value) {
    let router = router(pool);
    let answer = ask(&router, Method::GET, "/health/orders", None).await;
    let ready = ask(&router, Method::GET, "/health/readiness", None).await;
    assert_eq!(ready.status, answer.status);
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

fn router(pool: &SqlitePool) -> Router {
    let health = Health::builder()
        .check(DatabasePing::new(pool.clone()).named("orders"))
        .group("readiness", ["orders"])
        .build()
        .unwrap();
    let access = Access::new().sensitive(false);
    let router = management_router().health(&health).access("health", access);
    router.build().unwrap()
}

#[tokio::test]
async fn pool_is_up_while_it_has_a_connection_that_answers() {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_millis(100))
        .connect("sqlite::memory:")
        .await
        .unwrap();
    let up = json!({ "status": "UP", "details": { "database": "SQLite" } });
    assert_eq!(found(&pool).await, (StatusCode::OK, up.clone()));

    let busy = pool.acquire().await.unwrap();
    let (status, down) = found(&pool).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(down["status"], "DOWN");
    let error = down["details"]["error"].as_str().unwrap();
    assert!(error.contains("timed out"), "{error}");
    drop(busy);
    assert_eq!(found(&pool).await, (StatusCode::OK, up));

    pool.close().await;
    let (status, down) = found(&pool).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(down["details"]["error"].is_string(), "{down}");
}
