//! The hook before a rendering.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    BoxError, Router,
    body::Body,
    http::{Method, Request},
};
use tokio::{
    sync::{
        Semaphore,
        mpsc::{UnboundedReceiver, unbounded_channel},
    },
    time::Instant,
};
use tollgate_axum::{Guard, MetricsPath, MetricsRoute, RouterExt};
use tollgate_collectors::scrape_deadline;
use tollgate_exposition::{Exposition, Format, Selection, Snapshot};

use crate::{Answer, ask, request, scrape};

/// Exposition of the number of hook runs.
#[derive(Clone, Default)]
struct Prepared(Arc<AtomicUsize>);

impl Exposition for Prepared {
    fn read(&self, _: &Selection) -> Result<Snapshot, BoxError> {
        Ok(Snapshot::default())
    }

    fn formats(&self) -> &[Format] {
        &[Format::Text, Format::OpenMetrics]
    }

    fn write(&self, _: Format, _: &Selection, out: &mut Vec<u8>) -> Result<usize, BoxError> {
        let times = self.0.load(Ordering::SeqCst);
        out.extend_from_slice(format!("prepared {times}\n").as_bytes());
        Ok(1)
    }
}

#[track_caller]
fn mounted(route: MetricsRoute) -> Router {
    Router::new().mount_metrics_route(&MetricsPath::default(), route)
}

/// Returns an app whose hook reports its start, and waits for permission to end.
fn permitted() -> (Router, UnboundedReceiver<()>, Arc<Semaphore>) {
    let prepared = Prepared::default();
    let permits = Arc::new(Semaphore::new(0));
    let (begun, has_begun) = unbounded_channel();
    let route = MetricsRoute::new(prepared.clone(), Guard::Open).before_render({
        let permits = Arc::clone(&permits);
        move || {
            let (begun, permits) = (begun.clone(), Arc::clone(&permits));
            let times = Arc::clone(&prepared.0);
            async move {
                begun.send(()).unwrap();
                permits.acquire().await.unwrap().forget();
                times.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    (mounted(route), has_begun, permits)
}

#[tokio::test]
async fn rendering_waits_for_the_hook() {
    let (app, _begun, permits) = permitted();
    permits.add_permits(2);
    assert_eq!(ask(&app, scrape("/metrics")).await.text(), "prepared 1\n");
    assert_eq!(ask(&app, scrape("/metrics")).await.text(), "prepared 2\n");
}

#[tokio::test]
async fn scrapes_that_share_a_rendering_share_the_hook() {
    let (app, mut begun, permits) = permitted();
    let asking = |app: Router| tokio::spawn(async move { ask(&app, scrape("/metrics")).await });
    let first = asking(app.clone());
    begun.recv().await.unwrap();
    let second = asking(app);
    // Both scrapes have started: this task runs after them on the same thread.
    tokio::task::yield_now().await;
    permits.add_permits(1);

    let answers: [Answer; 2] = [first.await.unwrap(), second.await.unwrap()];

    assert_eq!(
        answers.map(|answer| answer.text().to_owned()),
        ["prepared 1\n"; 2]
    );
    assert!(begun.is_empty());
}

#[tokio::test]
async fn panic_in_the_hook_is_500_and_frees_its_slot() {
    let panics = Arc::new(Mutex::new(true));
    let route = MetricsRoute::new(Prepared::default(), Guard::Open)
        .max_concurrent_renders(1)
        .before_render(move || {
            let panics = Arc::clone(&panics);
            async move {
                let mut first = panics.lock().unwrap_or_else(PoisonError::into_inner);
                assert!(!std::mem::take(&mut *first), "the test asks for a panic");
            }
        });
    let app = mounted(route);

    assert_eq!(ask(&app, scrape("/metrics")).await.status, 500);
    assert_eq!(ask(&app, scrape("/metrics")).await.status, 200);
}

/// Returns a scrape of a Prometheus that waits for so long.
fn scrape_within(seconds: &str, accept: &str) -> Request<Body> {
    let headers = [
        ("accept", accept),
        ("x-prometheus-scrape-timeout-seconds", seconds),
    ];
    request(Method::GET, "/metrics", &headers)
}

const TEXT: &str = "text/plain;version=0.0.4";

#[tokio::test(start_paused = true)]
async fn scrape_shows_old_values_in_time_while_its_hook_hangs() {
    let (app, mut begun, permits) = permitted();
    permits.add_permits(1);
    assert_eq!(ask(&app, scrape("/metrics")).await.text(), "prepared 1\n");
    for accept in [TEXT, "application/openmetrics-text;version=1.0.0", TEXT] {
        let start = Instant::now();
        let answer = ask(&app, scrape_within("1", accept)).await;
        assert_eq!(answer.text(), "prepared 1\n");
        assert!(start.elapsed() < Duration::from_millis(900));
    }
    assert_eq!(begun.len(), 2, "the hook that hangs is not run again");

    permits.add_permits(1);
    while begun.try_recv().is_ok() {}
    assert_eq!(ask(&app, scrape("/metrics")).await.text(), "prepared 2\n");
}

#[tokio::test(start_paused = true)]
async fn scrape_goes_on_in_its_own_time_beside_one_that_waits_longer() {
    let (app, mut begun, _permits) = permitted();
    let patient = tokio::spawn({
        let app = app.clone();
        async move { ask(&app, scrape_within("8", TEXT)).await.status }
    });
    begun.recv().await.unwrap();
    let start = Instant::now();
    assert_eq!(ask(&app, scrape_within("0.5", TEXT)).await.status, 200);
    assert!(start.elapsed() < Duration::from_millis(500));
    assert!(!patient.is_finished());
    assert_eq!(patient.await.unwrap(), 200);
    assert!(start.elapsed() < Duration::from_secs(8));
}

#[tokio::test(start_paused = true)]
async fn hook_knows_how_long_its_scrape_waits() {
    let (sender, mut told) = unbounded_channel();
    let route = MetricsRoute::new(Prepared::default(), Guard::Open).before_render(move || {
        let sender = sender.clone();
        async move {
            tokio::task::yield_now().await;
            let left = scrape_deadline().unwrap() - Instant::now().into_std();
            sender.send(left).unwrap();
        }
    });
    let app = mounted(route);
    for (seconds, at_least) in [("1", 0.5), ("4", 2.0), ("60", 6.0)] {
        ask(&app, scrape_within(seconds, TEXT)).await;
        let left = told.recv().await.unwrap().as_secs_f64();
        let most = seconds.parse::<f64>().unwrap().min(10.0) * 0.75;
        assert!((at_least..most).contains(&left), "{seconds}: {left}");
    }
    assert_eq!(scrape_deadline(), None);
}

#[tokio::test]
async fn timeout_may_be_as_long_as_a_duration_can_be() {
    let route = MetricsRoute::new(Prepared::default(), Guard::Open)
        .timeout(Duration::MAX)
        .before_render(async || {});
    assert_eq!(ask(&mounted(route), scrape("/metrics")).await.status, 200);
}
