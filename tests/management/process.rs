//! A process that stops, and one that cannot start.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use tests::example::{self, Running};
use tokio::time;

/// Program of this package: see its `Cargo.toml`.
const PROGRAM: &str = "tests/probed";

#[tokio::test]
async fn probes_fail_after_sigterm_while_the_port_still_listens() {
    let probed = Running::start(PROGRAM, &[]);
    // Each request opens a connection, which shows that the app listens.
    let client = Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let status = async |path| client.get(probed.url(path)).send().await.unwrap().status();
    for path in ["/livez", "/readyz"] {
        assert_eq!(status(path).await, StatusCode::OK, "{path}");
    }

    probed.terminate();
    let deadline = Instant::now() + Duration::from_secs(30);
    while status("/readyz").await != StatusCode::SERVICE_UNAVAILABLE {
        assert!(Instant::now() < deadline, "still ready");
        time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(status("/livez").await, StatusCode::OK);
}

#[test]
fn unknown_member_of_a_group_is_reported_in_one_line() {
    let (status, error) = example::refused_with(PROGRAM, &["readinesState"], &[]);
    assert_eq!(status.code(), Some(1), "{error}");
    assert_eq!(
        error,
        "probed: the group \"storage\" has no check \"readinesState\": write \"readinessState\" if \
         that is meant\n"
    );
}
