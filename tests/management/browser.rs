//! The page in a real browser.

use std::fs;
use std::future::IntoFuture;
use std::process::Stdio;
use std::time::Duration;

use tests::outside;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::time;
use tollgate_management::Readiness;

use crate::endpoints;

#[tokio::test(flavor = "multi_thread")]
async fn page_opens_without_an_error_on_the_console() {
    let Some(chromium) = outside::program("chromium", "apt-get install chromium") else {
        return;
    };
    let router = endpoints(&Readiness::new()).build().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(axum::serve(listener, router).into_future());

    let home = tempfile::tempdir().unwrap();
    let screenshot = home.path().join("page.png");
    let browser = Command::from(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--enable-logging=stderr",
            "--dump-dom",
        ])
        .arg(format!(
            "--user-data-dir={}",
            home.path().join("profile").display()
        ))
        .arg(format!("--screenshot={}", screenshot.display()))
        .args(["--window-size=800,600", &url])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let browser = time::timeout(Duration::from_secs(90), browser).await;
    let output = browser.expect("it ends in time").unwrap();
    server.abort();

    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{log}");
    assert!(!log.contains("CONSOLE"), "{log}");
    let page = String::from_utf8_lossy(&output.stdout);
    assert!(page.contains(r#"<a href="/health">/health</a>"#), "{page}");
    let picture = fs::read(screenshot).unwrap();
    assert!(picture.starts_with(b"\x89PNG"), "{log}");
}
