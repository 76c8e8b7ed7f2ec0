//! Checks that hang, and concurrent requests.

use std::error::Error;
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time::{self, Instant};
use tollgate_management::{Access, Checkup, Health, HealthCheck, management_router};

use crate::ask;

/// Check that counts its runs, and may hang.
struct Counted {
    name: &'static str,
    hangs: bool,
    runs: Arc<AtomicUsize>,
}

impl HealthCheck for Counted {
    fn name(&self) -> &str {
        self.name
    }

    async fn check(&self) -> Result<Checkup, Box<dyn Error + Send + Sync>> {
        self.runs.fetch_add(1, Ordering::Relaxed);
        if self.hangs {
            pending::<()>().await;
        }
        Ok(Checkup::up())
    }
}

#[tokio::test(start_paused = true)]
async fn each_check_runs_once_for_concurrent_requests_while_one_hangs() {
    let runs = Arc::new(AtomicUsize::new(0));
    let check = |name, hangs| Counted {
        name,
        hangs,
        runs: Arc::clone(&runs),
    };
    let health = Health::builder()
        .check(check("hung", true))
        .check(check("well", false))
        .check(check("fine", false))
        .group("others", ["well", "fine"])
        .build()
        .unwrap();
    let access = Access::new().sensitive(false);
    let router = management_router().health(&health).access("health", access);
    let router = router.build().unwrap();

    let start = Instant::now();
    let others = ask(&router, Method::GET, "/health/others", None).await;
    assert_eq!(others.status, StatusCode::OK);
    assert_eq!(start.elapsed(), Duration::ZERO);

    let answers = (0..100).map(|_| ask(&router, Method::GET, "/health", None));
    for answer in join_all(answers).await {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        let up = json!({ "status": "UP" });
        let late = json!({ "status": "DOWN", "details": { "error": "timeout" } });
        let all = json!({
            "status": "DOWN",
            "details": { "fine": up, "hung": late, "well": up },
        });
        assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), all);
    }
    assert_eq!(start.elapsed().as_secs(), 5, "the timeout, once");
    assert_eq!(runs.load(Ordering::Relaxed), 3);

    time::advance(Duration::from_secs(1)).await;
    ask(&router, Method::GET, "/health/others", None).await;
    assert_eq!(
        runs.load(Ordering::Relaxed),
        5,
        "stale results of the group's checks"
    );
}

/// Check that blocks its thread until the sender is dropped.
struct Blocking(Mutex<Receiver<()>>);

impl HealthCheck for Blocking {
    fn name(&self) -> &'static str {
        "blocking"
    }

    async fn check(&self) -> Result<Checkup, Box<dyn Error + Send + Sync>> {
        let _ = self.0.lock().unwrap().recv();
        Ok(Checkup::up())
    }

    fn timeout(&self) -> Duration {
        Duration::from_millis(20)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_that_blocks_its_thread_is_down() {
    let (sender, receiver) = mpsc::channel();
    let health = Health::builder()
        .check(Blocking(Mutex::new(receiver)))
        .build()
        .unwrap();
    let router = management_router().health(&health).build().unwrap();
    let requests = tokio::spawn(async move {
        for _ in 0..3 {
            let answer = ask(&router, Method::GET, "/health", None).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.body, r#"{"status":"DOWN"}"#);
        }
    });
    let answered = time::timeout(Duration::from_secs(30), requests).await;
    drop(sender);
    answered.expect("in time").unwrap();
}
