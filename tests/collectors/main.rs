//! Collectors: asked at an interval or at a scrape, of the process and of the runtime.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod activity;
mod deadlines;
mod info;
mod periodic;
mod process;
mod runtime;
mod scrape_hooks;
mod scripted;

use std::{future::Future, time::Duration};

/// Timeout that no test waits for.
const NEVER: Duration = Duration::from_mins(10);

/// Waits for an event that must happen, on a machine that may be busy.
async fn soon<T>(happens: impl Future<Output = T>) -> T {
    let deadline = Duration::from_secs(30);
    tokio::time::timeout(deadline, happens)
        .await
        .expect("it happens in time")
}
