//! Metrics on a Unix socket.

use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt, symlink},
        net,
    },
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    net::UnixStream,
    sync::oneshot,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use tollgate::{Error, Serve};

use crate::{DEADLINE, at, exchange};

/// A directory and the path of a socket in it.
fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("metrics.sock");
    (directory, path)
}

async fn bind(path: &Path) -> Result<Serve, Error> {
    let address = format!("unix:{}", path.display());
    at(&address).build().unwrap().bind_metrics().await
}

async fn status(path: &Path) -> u16 {
    let stream = UnixStream::connect(path).await.unwrap();
    exchange(stream, "/metrics", "").await.0
}

#[tokio::test]
async fn socket_is_for_its_owner_and_gone_at_the_end() {
    let (_directory, path) = place();
    let metrics = bind(&path).await.unwrap();
    let address = metrics.address().unwrap().to_string();
    assert_eq!(address, format!("unix:{}", path.display()));
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let (stop, stopped) = oneshot::channel::<()>();
    let served = metrics.with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    let served = tokio::spawn(served.into_future());
    assert_eq!(status(&path).await, 200);
    drop(stop);
    timeout(DEADLINE, served).await.unwrap().unwrap().unwrap();
    assert!(!path.exists());
}

#[tokio::test]
async fn socket_has_the_mode_of_its_address() {
    let (_directory, path) = place();
    let address = format!("unix:{},mode=660", path.display());
    let metrics = at(&address).build().unwrap().bind_metrics().await.unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
    let plain = format!("unix:{}", path.display());
    assert_eq!(metrics.address().unwrap().to_string(), plain);
}

#[tokio::test]
async fn socket_is_gone_when_dropped() {
    let (_directory, path) = place();
    drop(bind(&path).await.unwrap());
    assert!(!path.exists());
    drop(bind(&path).await.unwrap().into_future());
    assert!(!path.exists());
}

#[tokio::test]
async fn suite_without_an_app_binds_and_serves_it() {
    let (_directory, path) = place();
    let address = format!("unix:{}", path.display());
    let tollgate = at(&address).build().unwrap();
    let served = tokio::spawn(tollgate.serve_metrics().into_future());
    let deadline = Instant::now() + DEADLINE;
    while UnixStream::connect(&path).await.is_err() {
        assert!(Instant::now() < deadline);
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(status(&path).await, 200);
    served.abort();
    assert!(served.await.unwrap_err().is_cancelled());
    assert!(!path.exists());
}

#[tokio::test]
async fn stale_socket_is_replaced() {
    let (_directory, path) = place();
    drop(net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let metrics = bind(&path).await.unwrap();
    tokio::spawn(metrics.into_future());
    assert_eq!(status(&path).await, 200);
}

#[tokio::test]
async fn socket_in_use_is_refused_and_stays() {
    let (_directory, path) = place();
    let metrics = bind(&path).await.unwrap();
    let error = bind(&path).await.unwrap_err();
    assert!(error.is_listener(), "{error}");
    let message = error.to_string();
    assert!(message.contains(path.to_str().unwrap()), "{message}");
    assert!(message.contains("in use"), "{message}");
    assert!(message.contains("METRICS_ADDRESS"), "{message}");
    tokio::spawn(metrics.into_future());
    assert_eq!(status(&path).await, 200);
}

#[tokio::test]
async fn file_that_is_no_socket_is_never_touched() {
    let (directory, path) = place();
    let file = directory.path().join("file");
    fs::write(&file, "precious").unwrap();
    let error = bind(&file).await.unwrap_err().to_string();
    assert!(error.contains("not a socket"), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");

    drop(net::UnixListener::bind(&path).unwrap());
    let link = directory.path().join("link");
    symlink(&path, &link).unwrap();
    bind(&link).await.unwrap_err();
    assert!(link.is_symlink() && path.exists());

    let inner = directory.path().join("inner");
    fs::create_dir(&inner).unwrap();
    bind(&inner).await.unwrap_err();
    assert!(inner.is_dir());
}

#[tokio::test]
async fn file_that_replaced_the_socket_is_left_alone() {
    let (_directory, path) = place();
    let metrics = bind(&path).await.unwrap();
    fs::remove_file(&path).unwrap();
    let _other = net::UnixListener::bind(&path).unwrap();
    drop(metrics);
    assert!(path.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_that_start_at_once_binds_it() {
    let (_directory, path) = place();
    for _ in 0..10 {
        drop(net::UnixListener::bind(&path).unwrap());
        let mut starting = JoinSet::new();
        for _ in 0..8 {
            let path = path.clone();
            starting.spawn(async move { bind(&path).await });
        }
        let (mut bound, mut refused) = (Vec::new(), Vec::new());
        for result in starting.join_all().await {
            match result {
                Ok(metrics) => bound.push(metrics),
                Err(e) => refused.push(e.to_string()),
            }
        }
        assert_eq!(bound.len(), 1, "{refused:?}");
        assert!(
            refused.iter().all(|error| error.contains("in use")),
            "{refused:?}"
        );
        let metrics = bound.pop().unwrap();
        let served = tokio::spawn(metrics.into_future());
        assert_eq!(status(&path).await, 200);
        served.abort();
        assert!(served.await.unwrap_err().is_cancelled());
    }
}
