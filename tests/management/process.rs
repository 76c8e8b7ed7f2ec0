//! A process that is told to stop, and one that cannot start.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use tests::example::{self, Running};
use tokio::time;

/// This package's own, see its `Cargo.toml`.
const PROGRAM: &str = "tests/probed";

#[tokio::test]
async fn after_sigterm_probes_are_told_on_the_port_that_still_listens() {
    let probed = Running::start(PROGRAM, &[]);
    // A connection of its own for each request: that there is one shows that the app listens.
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
fn an_unknown_member_of_a_group_is_one_line_that_names_both() {
    let (status, error) = example::refused_with(PROGRAM, &["readinesState"], &[]);
    assert_eq!(status.code(), Some(1), "{error}");
    assert_eq!(
        error,
        "probed: the group \"storage\" has no check \"readinesState\": write \"readinessState\" if \
         that is meant\n"
    );
}
