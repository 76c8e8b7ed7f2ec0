//! Concurrent scrapes: shared, limited, abandoned, failing.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread::{self, ThreadId},
    time::Duration,
};

use axum::{
    BoxError, Router,
    body::Body,
    http::{Method, Request},
};
use futures_util::FutureExt;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tollgate_axum::{Guard, MetricsPath, MetricsRoute, RouterExt};
use tollgate_exposition::{Exposition, Format, Selection, Snapshot};

use crate::{Answer, ask, request, scrape};

/// End of a rendering.
enum End {
    Finish,
    Fail,
    Panic,
}

/// Exposition that numbers its renderings, reports their threads, and waits for their [`End`].
struct Commanded {
    renderings: AtomicUsize,
    begun: UnboundedSender<ThreadId>,
    ends: Mutex<mpsc::Receiver<End>>,
}

impl Exposition for Commanded {
    fn read(&self, _: &Selection) -> Result<Snapshot, BoxError> {
        Ok(Snapshot::default())
    }

    fn write(&self, _: Format, _: &Selection, out: &mut Vec<u8>) -> Result<usize, BoxError> {
        let number = self.renderings.fetch_add(1, Ordering::Relaxed) + 1;
        self.begun.send(thread::current().id())?;
        let end = self.ends.lock().unwrap().recv()?;
        match end {
            End::Finish => out.extend_from_slice(format!("rendering {number}\n").as_bytes()),
            End::Fail => return Err("the disk with the secrets is gone".into()),
            End::Panic => panic!("the test asks for a panic"),
        }
        Ok(1)
    }
}

/// App, with the controls of its [`Commanded`] exposition.
struct Scene {
    app: Router,
    begun: UnboundedReceiver<ThreadId>,
    ends: mpsc::Sender<End>,
}

type Scraping = Pin<Box<dyn Future<Output = Answer> + Send>>;

impl Scene {
    #[track_caller]
    fn new(max_concurrent_renders: usize) -> Self {
        Self::with(|route| route.max_concurrent_renders(max_concurrent_renders))
    }

    #[track_caller]
    fn with(settings: impl FnOnce(MetricsRoute) -> MetricsRoute) -> Self {
        let (begun, has_begun) = unbounded_channel();
        let (end, ends) = mpsc::channel();
        let exposition = Commanded {
            renderings: AtomicUsize::new(0),
            begun,
            ends: Mutex::new(ends),
        };
        let route = MetricsRoute::new(exposition, Guard::Open);
        let app = Router::new().mount_metrics_route(&MetricsPath::default(), settings(route));
        Self {
            app,
            begun: has_begun,
            ends: end,
        }
    }

    /// Sends a scrape that must wait.
    #[track_caller]
    fn wait(&self, request: Request<Body>) -> Scraping {
        let app = self.app.clone();
        let mut scraping: Scraping = Box::pin(async move { ask(&app, request).await });
        assert!((&mut scraping).now_or_never().is_none());
        scraping
    }

    /// Sends the first scrape of a representation, and waits until its rendering starts.
    async fn begin(&mut self, request: Request<Body>) -> Scraping {
        let scraping = self.wait(request);
        self.begun.recv().await.unwrap();
        scraping
    }

    #[track_caller]
    fn end(&self, end: End) {
        self.ends.send(end).unwrap();
    }

    #[track_caller]
    fn assert_nothing_else_began(&mut self) {
        assert!(self.begun.is_empty());
    }
}

#[tokio::test]
async fn scrapes_of_one_representation_share_one_rendering() {
    let mut scene = Scene::new(1);
    let first = scene.begin(scrape("/metrics")).await;
    let second = scene.wait(scrape("/metrics"));
    let head = scene.wait(request(Method::HEAD, "/metrics", &[]));
    let accept = [("accept", "text/plain"), ("accept-encoding", "identity")];
    let same = scene.wait(request(Method::GET, "/metrics", &accept));

    scene.end(End::Finish);

    let (first, second) = (first.await, second.await);
    assert_eq!(
        (first.status, first.text()),
        (200.try_into().unwrap(), "rendering 1\n")
    );
    // Both have the same bytes, not a copy.
    assert_eq!(second.body.as_ptr(), first.body.as_ptr());
    assert_eq!(same.await.body.as_ptr(), first.body.as_ptr());
    assert_eq!(head.await.headers, first.headers);
    scene.assert_nothing_else_began();
}

#[tokio::test]
async fn scrape_after_the_answer_is_rendered_again() {
    let mut scene = Scene::new(1);
    for number in 1..=20 {
        let scraping = scene.begin(scrape("/metrics")).await;
        scene.end(End::Finish);
        assert_eq!(scraping.await.text(), format!("rendering {number}\n"));
    }
}

#[tokio::test]
async fn other_formats_encodings_and_names_are_other_renderings() {
    let mut scene = Scene::new(3);
    let plain = scene.begin(scrape("/metrics")).await;
    let gzip = [("accept-encoding", "gzip")];
    let gzip = scene.begin(request(Method::GET, "/metrics", &gzip)).await;
    let named = scene.begin(scrape("/metrics?name[]=b&name[]=a")).await;
    let same = scene.wait(scrape("/metrics?name[]=a&name[]=b&name[]=a"));

    for _ in 0..3 {
        scene.end(End::Finish);
    }

    assert_eq!(plain.await.header("content-encoding"), None);
    assert_eq!(gzip.await.header("content-encoding"), Some("gzip"));
    assert_eq!(named.await.body.as_ptr(), same.await.body.as_ptr());
    scene.assert_nothing_else_began();
}

#[tokio::test]
async fn rendering_beyond_the_maximum_is_refused_at_once() {
    let mut scene = Scene::new(2);
    let first = scene.begin(scrape("/metrics?name[]=a")).await;
    let second = scene.begin(scrape("/metrics?name[]=b")).await;

    let refused = ask(&scene.app, scrape("/metrics?name[]=c")).await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(
        refused.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    assert_eq!(
        refused.text(),
        "too many scrapes are being rendered; try again in a second\n"
    );
    assert!(refused.is_unmetered);
    // A scrape that shares a rendering takes no slot.
    let sharing = scene.wait(scrape("/metrics?name[]=a"));

    scene.end(End::Finish);
    scene.end(End::Finish);
    for scraping in [first, second, sharing] {
        assert_eq!(scraping.await.status, 200);
    }

    let third = scene.begin(scrape("/metrics?name[]=c")).await;
    scene.end(End::Finish);
    assert_eq!(third.await.text(), "rendering 3\n");
}

#[tokio::test]
async fn four_renderings_run_at_once_by_default() {
    let (begun, mut has_begun) = unbounded_channel();
    let (end, ends) = mpsc::channel();
    let app = crate::mounted(Commanded {
        renderings: AtomicUsize::new(0),
        begun,
        ends: Mutex::new(ends),
    });
    let mut scrapings = Vec::new();
    for name in 0..4 {
        let (app, path) = (app.clone(), format!("/metrics?name[]={name}"));
        scrapings.push(tokio::spawn(async move {
            ask(&app, scrape(&path)).await.status
        }));
        has_begun.recv().await.unwrap();
    }

    assert_eq!(ask(&app, scrape("/metrics")).await.status, 503);

    for _ in &scrapings {
        end.send(End::Finish).unwrap();
    }
    for scraping in scrapings {
        assert_eq!(scraping.await.unwrap(), 200);
    }
}

#[tokio::test]
async fn maximum_of_zero_counts_as_one() {
    let mut scene = Scene::new(0);
    let scraping = scene.begin(scrape("/metrics")).await;
    assert_eq!(
        ask(&scene.app, scrape("/metrics?name[]=a")).await.status,
        503
    );
    scene.end(End::Finish);
    assert_eq!(scraping.await.status, 200);
}

#[tokio::test]
async fn scrapes_time_out() {
    const HOUR: Duration = Duration::from_hours(1);
    const INSTANT: Duration = Duration::from_millis(1);
    let scraper = |seconds| [("x-prometheus-scrape-timeout-seconds", seconds)];
    for (timeout, headers) in [
        (INSTANT, &[][..]),
        (INSTANT, &scraper("3600")),
        (HOUR, &scraper("0.001")),
    ] {
        let mut scene = Scene::with(|route| route.timeout(timeout).max_concurrent_renders(1));
        let request = || request(Method::GET, "/metrics", headers);
        let first = scene.begin(request()).await;
        // A scrape that joins a hanging rendering times out too.
        for late in [first, scene.wait(request())] {
            let late = late.await;
            assert_eq!(late.status, 503);
            assert_eq!(late.header("retry-after"), Some("1"));
            assert_eq!(
                late.text(),
                "the metrics take too long to render; try again in a second\n"
            );
            assert!(late.is_unmetered);
        }
        // The rendering keeps its slot until it ends.
        let other = ask(&scene.app, scrape("/metrics?name[]=a")).await;
        assert_eq!(other.status, 503);
        assert!(other.text().starts_with("too many"), "{}", other.text());
        scene.assert_nothing_else_began();
        scene.end(End::Finish);
    }
}

#[tokio::test]
async fn waiting_scrape_takes_over_an_abandoned_rendering() {
    let mut scene = Scene::new(1);
    let hasty = [("x-prometheus-scrape-timeout-seconds", "0.001")];
    let hasty = scene
        .begin(request(Method::GET, "/metrics", &hasty))
        .await
        .await;
    assert_eq!(hasty.status, 503);
    let patient = scene.wait(scrape("/metrics"));
    scene.end(End::Finish);
    assert_eq!(patient.await.text(), "rendering 1\n");
}

#[tokio::test]
async fn other_scrapes_are_answered_if_the_first_hangs_up() {
    let mut scene = Scene::new(1);
    let first = scene.begin(scrape("/metrics")).await;
    let second = scene.wait(scrape("/metrics"));

    drop(first);
    scene.end(End::Finish);

    assert_eq!(second.await.text(), "rendering 1\n");
    scene.assert_nothing_else_began();
}

#[tokio::test]
async fn abandoned_rendering_can_be_joined() {
    let mut scene = Scene::new(1);
    drop(scene.begin(scrape("/metrics")).await);
    // The rendering keeps its slot while it runs.
    assert_eq!(
        ask(&scene.app, scrape("/metrics?name[]=a")).await.status,
        503
    );
    let late = scene.wait(scrape("/metrics"));

    scene.end(End::Finish);

    assert_eq!(late.await.text(), "rendering 1\n");
}

#[tokio::test]
async fn shared_failure_is_answered_to_all_and_the_next_scrape_is_rendered() {
    let mut scene = Scene::new(1);
    for end in [End::Fail, End::Panic] {
        let first = scene.begin(scrape("/metrics")).await;
        let second = scene.wait(scrape("/metrics"));
        scene.end(end);

        for scraping in [first, second] {
            let answer = scraping.await;
            assert_eq!(answer.status, 500);
            assert_eq!(answer.text(), "the metrics could not be rendered\n");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert!(answer.is_unmetered);
        }

        let next = scene.begin(scrape("/metrics")).await;
        scene.end(End::Finish);
        assert_eq!(next.await.status, 200);
    }
}

#[tokio::test]
async fn rendering_uses_no_worker_of_the_runtime() {
    let mut scene = Scene::new(1);
    let scraping = scene.wait(scrape("/metrics"));

    let thread = scene.begun.recv().await.unwrap();
    assert_ne!(thread, thread::current().id());

    scene.end(End::Finish);
    scraping.await;
}
