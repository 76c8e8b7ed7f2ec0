//! Draining of both listeners.

use std::{future, sync::Arc, time::Duration};

use axum::{Router, routing::get};
use tokio::{
    net::TcpStream,
    sync::{Semaphore, oneshot},
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use tollgate::Error;

use crate::{DEADLINE, answer, ask, at, listen};

/// A suite that serves an app and its metrics, both of which wait for permission.
struct Slow {
    app: String,
    metrics: String,
    started: Arc<Semaphore>,
    permitted: Arc<Semaphore>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), Error>>,
}

impl Slow {
    async fn start(drain_timeout: Duration) -> Self {
        let started = Arc::new(Semaphore::new(0));
        let permitted = Arc::new(Semaphore::new(0));
        let wait = {
            let (started, permitted) = (Arc::clone(&started), Arc::clone(&permitted));
            move || {
                let (started, permitted) = (Arc::clone(&started), Arc::clone(&permitted));
                async move {
                    started.add_permits(1);
                    permitted.acquire().await.unwrap().forget();
                }
            }
        };
        let tollgate = at(":0").before_render(wait.clone()).build().unwrap();
        let bound = tollgate.bind_metrics().await.unwrap();
        let metrics = bound.address().unwrap().to_string();
        let router = Router::new().route("/slow", get(wait));
        let (listener, app) = listen().await;
        let (stop, stopped) = oneshot::channel();
        let served = tollgate
            .serve(listener, tollgate.wrap(router))
            .with_metrics(bound)
            .with_graceful_shutdown(async { stopped.await.unwrap() })
            .drain_timeout(drain_timeout)
            .last_scrape_timeout(Duration::ZERO);
        Self {
            app,
            metrics,
            started,
            permitted,
            stop,
            served: tokio::spawn(served.into_future()),
        }
    }

    /// Opens a connection to each, with a request that waits.
    async fn in_flight(&self) -> [TcpStream; 2] {
        let mut app = TcpStream::connect(&self.app).await.unwrap();
        ask(&mut app, "/slow", "").await;
        let mut metrics = TcpStream::connect(&self.metrics).await.unwrap();
        ask(&mut metrics, "/metrics", "").await;
        let both = timeout(DEADLINE, self.started.acquire_many(2)).await;
        both.unwrap().unwrap().forget();
        [app, metrics]
    }
}

#[tokio::test]
async fn requests_in_flight_on_either_listener_end() {
    let slow = Slow::start(DEADLINE).await;
    let in_flight = slow.in_flight().await;
    slow.stop.send(()).unwrap();
    refused(&slow.app).await;
    TcpStream::connect(&slow.metrics).await.unwrap();
    assert!(!slow.served.is_finished());

    slow.permitted.add_permits(2);
    for connection in in_flight {
        assert_eq!(answer(connection).await.0, 200);
    }
    timeout(DEADLINE, slow.served)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn drain_timeout_ends_the_wait() {
    let slow = Slow::start(Duration::from_millis(50)).await;
    let _in_flight = slow.in_flight().await;
    slow.stop.send(()).unwrap();
    timeout(DEADLINE, slow.served)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn idle_connection_does_not_delay_the_end() {
    let slow = Slow::start(DEADLINE * 2).await;
    let _idle = [
        TcpStream::connect(&slow.app).await.unwrap(),
        TcpStream::connect(&slow.metrics).await.unwrap(),
    ];
    slow.stop.send(()).unwrap();
    timeout(DEADLINE, slow.served)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn served_listener_is_closed_when_dropped() {
    let metrics = at(":0").build().unwrap().bind_metrics().await.unwrap();
    let address = metrics.address().unwrap().to_string();
    let mut served = metrics.into_future();
    tokio::select! {
        biased;
        _ = &mut served => unreachable!("nothing ends it"),
        () = future::ready(()) => {}
    }
    TcpStream::connect(&address).await.unwrap();
    drop(served);
    refused(&address).await;
}

/// Waits until nobody listens there.
async fn refused(address: &str) {
    let deadline = Instant::now() + DEADLINE;
    while TcpStream::connect(address).await.is_ok() {
        assert!(Instant::now() < deadline, "{address} accepts");
        sleep(Duration::from_millis(5)).await;
    }
}
