//! The hook before a rendering.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use axum::{BoxError, Router};
use tokio::sync::{
    Semaphore,
    mpsc::{UnboundedReceiver, unbounded_channel},
};
use tollgate_axum::{Guard, MetricsPath, MetricsRoute, RouterExt};
use tollgate_exposition::{Exposition, Format, Selection, Snapshot};

use crate::{Answer, ask, scrape};

/// Exposition of the number of hook runs.
#[derive(Clone, Default)]
struct Prepared(Arc<AtomicUsize>);

impl Exposition for Prepared {
    fn read(&self, _: &Selection) -> Result<Snapshot, BoxError> {
        Ok(Snapshot::default())
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
