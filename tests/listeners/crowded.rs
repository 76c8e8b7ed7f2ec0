//! Clients that hold their connections.

use std::{future::pending, time::Duration};

use tests::{
    outside,
    prometheus::{Job, Server},
};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::timeout};

use crate::{answer, ask, at, get_from};

/// The most connections at once.
const CONNECTIONS: usize = 64;

/// Time in which a scraper has its answer, far below the time that a silent client is kept.
const AT_ONCE: Duration = Duration::from_secs(5);

/// Returns connections that have sent this and wait.
async fn waiting(address: &str, count: usize, sent: &str) -> Vec<TcpStream> {
    let mut clients = Vec::new();
    for _ in 0..count {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(sent.as_bytes()).await.unwrap();
        clients.push(client);
    }
    clients
}

#[tokio::test]
async fn silent_connections_never_make_a_scrape_wait() {
    let metrics = at(":0").build().unwrap().bind_metrics().await.unwrap();
    let own = metrics.address().unwrap().to_string();
    tokio::spawn(metrics.into_future());
    let mut held = Vec::new();
    for (count, sent) in [
        (CONNECTIONS, ""),
        (CONNECTIONS, "GET /metrics HTTP/1.1\r\nHost:"),
        (4 * CONNECTIONS, ""),
    ] {
        held.extend(waiting(&own, count, sent).await);
        for _ in 0..2 {
            let (status, _) = timeout(AT_ONCE, get_from(&own, "/metrics")).await.unwrap();
            assert_eq!(status, 200, "{} connections", held.len());
        }
    }
}

#[tokio::test]
async fn real_prometheus_stays_up_beside_silent_connections() {
    let Some(prometheus) = outside::program("prometheus", "apt-get install prometheus") else {
        return;
    };
    let metrics = at(":0").build().unwrap().bind_metrics().await.unwrap();
    let own = metrics.address().unwrap().to_string();
    tokio::spawn(metrics.into_future());
    let mut held = waiting(&own, CONNECTIONS, "").await;
    let server = Server::start(
        prometheus,
        &format!("http://{own}"),
        &[Job::new("own", "none")],
    );
    let scrapes = "count_over_time(up[5m])";
    for count in [1.0, 2.0, 3.0, 4.0] {
        server.until(scrapes, |scrapes| scrapes >= count).await;
        held.extend(waiting(&own, CONNECTIONS, "").await);
    }
    assert_eq!(server.value("min_over_time(up[5m])").await, Some(1.0));
}

#[tokio::test]
async fn idle_connection_of_a_scraper_ends_before_a_scrape_is_refused() {
    let metrics = at(":0").build().unwrap().bind_metrics().await.unwrap();
    let own = metrics.address().unwrap().to_string();
    tokio::spawn(metrics.into_future());
    let scraped = "GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n";
    let _held = waiting(&own, CONNECTIONS, scraped).await;
    let (status, _) = timeout(AT_ONCE, get_from(&own, "/metrics")).await.unwrap();
    assert_eq!(status, 200);
}

#[tokio::test]
async fn scrape_is_refused_at_once_while_every_connection_is_served() {
    let tollgate = at(":0").before_render(pending).build().unwrap();
    let metrics = tollgate.bind_metrics().await.unwrap();
    let own = metrics.address().unwrap().to_string();
    tokio::spawn(metrics.into_future());
    let mut served = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut client = TcpStream::connect(&own).await.unwrap();
        ask(&mut client, "/metrics", "").await;
        served.push(client);
    }
    let (status, body) = timeout(AT_ONCE, get_from(&own, "/metrics")).await.unwrap();
    assert_eq!((status, body.as_str()), (503, "too many connections\n"));

    for client in served {
        assert_ne!(answer(client).await.1, "too many connections\n");
    }
}
