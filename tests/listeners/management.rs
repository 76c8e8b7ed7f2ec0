//! Answers to probes while the app stops.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use tempfile::TempDir;
use tests::scrape::Scrape;
use tokio::{net::UnixStream, sync::oneshot, task::JoinHandle, time};
use tollgate::{
    Error,
    management::{Checkup, Health, HealthCheck, Readiness, management_router},
};

use super::*;

/// An app with probes on its own port, beside management endpoints on a socket.
struct Probed {
    address: String,
    directory: TempDir,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<Result<(), Error>>,
}

impl Probed {
    async fn start(shutdown_delay: Duration) -> Self {
        let directory = TempDir::new().unwrap();
        let socket = format!("unix:{}/management", directory.path().display());
        let health = Health::builder().readiness(&Readiness::new()).build();
        let health = health.unwrap();
        let tollgate = Tollgate::builder()
            .enabled(true)
            .management(management_router().health(&health))
            .management_address(socket.parse().unwrap())
            .build()
            .unwrap();
        let app = app(&tollgate, "/hello").merge(health.probes());
        let (listener, address) = listen().await;
        let (stop, stopped) = oneshot::channel();
        let serve = tollgate
            .serve(listener, app)
            .with_graceful_shutdown(async {
                let _ = stopped.await;
            })
            .shutdown_delay(shutdown_delay);
        Self {
            address,
            directory,
            stop: Some(stop),
            serving: tokio::spawn(serve.into_future()),
        }
    }

    async fn status(&self, path: &str) -> u16 {
        get_from(&self.address, path).await.0
    }

    async fn management_status(&self, path: &str) -> u16 {
        let socket = self.directory.path().join("management");
        exchange(UnixStream::connect(socket).await.unwrap(), path, "")
            .await
            .0
    }
}

/// Check of something that the test opens and closes.
struct Valve(Arc<AtomicBool>);

impl HealthCheck for Valve {
    fn name(&self) -> &'static str {
        "valve"
    }

    async fn check(&self) -> Result<Checkup, Box<dyn std::error::Error + Send + Sync>> {
        let is_open = self.0.load(Ordering::Relaxed);
        Ok(if is_open {
            Checkup::up()
        } else {
            Checkup::down()
        })
    }

    fn cache_for(&self) -> Duration {
        Duration::ZERO
    }
}

#[tokio::test]
async fn scrape_shows_the_health_that_nobody_asks_for() {
    let is_open = Arc::new(AtomicBool::new(true));
    let health = Health::builder().check(Valve(Arc::clone(&is_open))).build();
    let tollgate = at(":0")
        .before_render(async || tollgate::metrics::gauge!("asked_beside_health").set(1))
        .management(management_router().health(&health.unwrap()))
        .build()
        .unwrap();
    let metrics = tollgate.bind_metrics().await.unwrap();
    let own = metrics.address().unwrap().to_string();
    tokio::spawn(metrics.into_future());
    for expected in [1.0, 0.0, 1.0] {
        is_open.store(expected == 1.0, Ordering::Relaxed);
        let scrape = Scrape::new(get_from(&own, "/metrics").await.1);
        assert_eq!(
            scrape.values("health_status", &[("check", "valve")]),
            [expected]
        );
        assert_eq!(scrape.values("asked_beside_health", &[]), [1.0]);
    }
}

#[tokio::test]
async fn app_goes_on_while_probes_learn_that_it_stops() {
    let mut probed = Probed::start(Duration::MAX).await;
    for path in ["/livez", "/readyz", "/hello"] {
        assert_eq!(probed.status(path).await, 200, "{path}");
    }
    assert_eq!(probed.management_status("/health/readiness").await, 200);

    drop(probed.stop.take());
    let start = Instant::now();
    while probed.status("/readyz").await != 503 {
        assert!(start.elapsed() < DEADLINE, "still ready");
        time::sleep(Duration::from_millis(5)).await;
    }
    for path in ["/livez", "/hello"] {
        assert_eq!(probed.status(path).await, 200, "{path}");
    }
    assert_eq!(probed.management_status("/health/readiness").await, 503);
    assert_eq!(probed.management_status("/health/liveness").await, 200);
    assert!(!probed.serving.is_finished());
    probed.serving.abort();
}

#[tokio::test]
async fn app_stops_after_the_delay() {
    let mut probed = Probed::start(Duration::from_millis(50)).await;
    assert_eq!(probed.status("/readyz").await, 200);
    let start = Instant::now();
    drop(probed.stop.take());
    let ended = timeout(DEADLINE, probed.serving).await;
    ended.unwrap().unwrap().unwrap();
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn drained_request_is_scraped_at_the_management_endpoints() {
    let mut probed = Probed::start(Duration::ZERO).await;
    assert_eq!(probed.status("/hello").await, 200);
    for path in ["/prometheus", "/health"] {
        assert_eq!(probed.management_status(path).await, 200, "{path}");
    }
    drop(probed.stop.take());
    let waits = timeout(Duration::from_millis(200), &mut probed.serving).await;
    assert!(waits.is_err(), "{waits:?}");
    assert!(TcpStream::connect(&probed.address).await.is_err());
    assert_eq!(probed.management_status("/health/liveness").await, 200);
    assert_eq!(probed.management_status("/prometheus").await, 200);
    let ended = timeout(DEADLINE, probed.serving).await;
    ended.unwrap().unwrap().unwrap();
}
