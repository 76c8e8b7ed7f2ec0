//! The metrics and the app on listeners of their own.

use std::{future, net, time::Duration};

use axum::Router;
use tests::scrape::Scrape;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tollgate::{Tollgate, auth::MasterKeys};

use crate::{DEADLINE, app, at, exchange, get_from, listen};

const KEY: &str = "correct-horse-battery";

#[tokio::test]
async fn metrics_are_on_their_own_listener_and_nowhere_else() {
    let tollgate = at(":0").build().unwrap();
    let app = app(&tollgate, "/apart");
    let metrics = tollgate.bind_metrics().await.unwrap();
    let own = metrics.address().unwrap().to_string();
    tokio::spawn(metrics.into_future());
    let (listener, address) = listen().await;
    tokio::spawn(axum::serve(listener, app).into_future());

    assert_eq!(get_from(&address, "/apart").await.0, 200);
    assert_eq!(get_from(&address, "/metrics").await.0, 404);
    assert_eq!(get_from(&own, "/apart").await.0, 404);
    for _ in 0..2 {
        let (status, scrape) = get_from(&own, "/metrics").await;
        assert_eq!(status, 200);
        let scrape = Scrape::new(scrape);
        let counted = |endpoint| scrape.sum("http_request_total", &[("endpoint", endpoint)]);
        assert_eq!(counted("/apart"), 1.0, "{scrape:#?}");
        assert_eq!(counted("/metrics"), 0.0, "{scrape:#?}");
    }
}

#[tokio::test]
async fn key_guards_the_own_listener() {
    let keys = MasterKeys::new([KEY]).unwrap();
    let tollgate = at("127.0.0.1:0").master_keys(keys).endpoint("/g/metrics");
    let metrics = tollgate.build().unwrap().bind_metrics().await.unwrap();
    let own = metrics.address().unwrap().to_string();
    tokio::spawn(metrics.into_future());

    assert_eq!(get_from(&own, "/g/metrics").await.0, 401);
    assert_eq!(get_from(&own, "/metrics").await.0, 404);
    let stream = TcpStream::connect(&own).await.unwrap();
    let key = format!("Authorization: Bearer {KEY}\r\n");
    assert_eq!(exchange(stream, "/g/metrics", &key).await.0, 200);
}

#[tokio::test]
async fn taken_port_is_an_error_before_anything_is_served() {
    let taken = net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let tollgate = at(&address).build().unwrap();
    let (listener, _) = listen().await;

    let app = app(&tollgate, "/taken");
    for error in [
        tollgate.bind_metrics().await.unwrap_err(),
        tollgate.serve_metrics().await.unwrap_err(),
        tollgate.serve(listener, app).await.unwrap_err(),
    ] {
        assert!(error.is_listener(), "{error}");
        let message = error.to_string();
        assert!(message.contains(&address), "{message}");
        assert!(message.contains("METRICS_ADDRESS"), "{message}");
    }
}

#[tokio::test]
async fn disabled_suite_binds_nothing() {
    let taken = net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let tollgate = at(&address).enabled(false).build().unwrap();

    let metrics = tollgate.bind_metrics().await.unwrap();
    assert_eq!(metrics.address(), None);
    let served = metrics.with_graceful_shutdown(future::ready(()));
    timeout(DEADLINE, served.into_future())
        .await
        .unwrap()
        .unwrap();

    let waits = timeout(
        Duration::from_millis(10),
        tollgate.serve_metrics().into_future(),
    );
    assert!(waits.await.is_err(), "it ends only when it is told to");
}

#[tokio::test]
async fn metrics_on_the_port_of_the_app_need_no_listener() {
    let tollgate = Tollgate::builder().enabled(true).build().unwrap();
    assert_eq!(tollgate.bind_metrics().await.unwrap().address(), None);
    let (listener, address) = listen().await;
    let app = app(&tollgate, "/together");
    let served = tokio::spawn(tollgate.serve(listener, app).into_future());

    assert_eq!(get_from(&address, "/together").await.0, 200);
    assert_eq!(get_from(&address, "/metrics").await.0, 200);
    served.abort();
}

#[test]
fn own_listener_leaves_a_path_of_the_app_alone() {
    let tollgate = at(":0").build().unwrap();
    // Mounting there would panic.
    let _: Router = app(&tollgate, "/metrics");
}
