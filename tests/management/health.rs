//! Checks that hang, and concurrent requests.

use std::error::Error;
use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::scrape::Scrape;
use tokio::sync::Semaphore;
use tokio::time::{self, Instant};
use tollgate_axum::{Guard, MetricsPath, MetricsRoute, RouterExt};
use tollgate_management::{Access, Checkup, Health, HealthCheck, management_router};
use tollgate_recorder::RecorderBuilder;

use crate::{ask, read};

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

/// Check whose result the test changes, and which waits until it may end.
#[derive(Clone)]
struct Changing {
    is_up: Arc<AtomicBool>,
    permits: Arc<Semaphore>,
}

impl Changing {
    /// Returns a check that is up, and may run so often.
    fn new(permits: usize) -> Self {
        Self {
            is_up: Arc::new(AtomicBool::new(true)),
            permits: Arc::new(Semaphore::new(permits)),
        }
    }

    /// Returns the metrics of an app with this check.
    fn app(&self) -> Router {
        let (recorder, handle) = RecorderBuilder::new().build().unwrap();
        let health = Health::builder()
            .check(self.clone())
            .recorder(Arc::new(recorder))
            .build()
            .unwrap();
        let route = MetricsRoute::new(handle, Guard::Open).before_render(move || health.refresh());
        Router::new().mount_metrics_route(&MetricsPath::default(), route)
    }
}

impl HealthCheck for Changing {
    fn name(&self) -> &'static str {
        "changing"
    }

    async fn check(&self) -> Result<Checkup, Box<dyn Error + Send + Sync>> {
        self.permits.acquire().await?.forget();
        let is_up = self.is_up.load(Ordering::Relaxed);
        Ok(if is_up {
            Checkup::up()
        } else {
            Checkup::down()
        })
    }
}

/// Returns the samples of the check's status in each format that Prometheus may ask for.
async fn scraped(app: &Router) -> [Vec<f64>; 2] {
    let mut samples = [Vec::new(), Vec::new()];
    for (samples, accept) in samples.iter_mut().zip([
        "text/plain;version=0.0.4",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;q=0.2",
    ]) {
        let request = Request::get("/metrics")
            .header("accept", accept)
            .header("x-prometheus-scrape-timeout-seconds", "1");
        let answer = read(app, request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK);
        *samples = Scrape::new(answer.body).values("health_status", &[("check", "changing")]);
    }
    samples
}

#[tokio::test(start_paused = true)]
async fn check_has_no_sample_before_its_first_result() {
    let check = Changing::new(0);
    let app = check.app();
    for _ in 0..2 {
        assert_eq!(scraped(&app).await, [[0.0; 0]; 2]);
    }
    check.permits.add_permits(2);
    time::sleep(Duration::from_millis(1)).await;
    assert_eq!(scraped(&app).await, [[1.0], [1.0]]);
}

#[tokio::test(start_paused = true)]
async fn scrape_shows_the_state_of_a_check_that_nobody_asks_for() {
    let check = Changing::new(100);
    let app = check.app();
    for is_up in [true, false, true] {
        check.is_up.store(is_up, Ordering::Relaxed);
        let expected = f64::from(u8::from(is_up));
        assert_eq!(scraped(&app).await, [[expected], [expected]]);
        time::advance(Duration::from_mins(1)).await;
    }
    assert_eq!(
        check.permits.available_permits(),
        97,
        "a fresh result is kept"
    );
}

#[tokio::test(start_paused = true)]
async fn scrape_shows_the_last_state_of_a_check_that_is_late() {
    let check = Changing::new(1);
    let app = check.app();
    assert_eq!(scraped(&app).await, [[1.0], [1.0]]);
    check.is_up.store(false, Ordering::Relaxed);
    time::advance(Duration::from_mins(1)).await;
    assert_eq!(scraped(&app).await, [[1.0], [1.0]]);
    time::sleep(Duration::from_secs(6)).await;
    assert_eq!(scraped(&app).await, [[0.0], [0.0]], "it has timed out");
}
