//! The time until which a scrape waits.

use std::{
    cell::Cell,
    future::poll_fn,
    time::{Duration, Instant},
};

use crate::scoped::during;

/// Longest time that a scrape or a push is planned for. An instant has no room for any duration.
pub const MAX_WAIT: Duration = Duration::from_secs(86_400);

thread_local! {
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Returns until when a scrape or a push waits for the hook or collector that asks, or `None` if none
/// waits.
///
/// The metrics route sets it while it polls the hook before a rendering, by its own timeout and the
/// scraper's `X-Prometheus-Scrape-Timeout-Seconds`. `ScrapeHooks` of `tollgate-collectors` sets it while
/// it polls a collector. A scrape shows the old values of hooks that are late. A task that the hook spawns
/// does not see it: read it before.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
/// use tollgate_families::scrape_deadline;
///
/// /// Returns how long a query for a scrape may take.
/// fn time_left() -> Duration {
///     let left = scrape_deadline().map(|end| end.saturating_duration_since(Instant::now()));
///     left.unwrap_or(Duration::from_secs(10))
/// }
///
/// assert_eq!(time_left(), Duration::from_secs(10));
/// ```
pub fn scrape_deadline() -> Option<Instant> {
    DEADLINE.get()
}

/// Runs a future that a scrape waits for until `deadline`.
pub fn with_scrape_deadline<T>(
    deadline: Instant,
    future: impl Future<Output = T> + Send,
) -> impl Future<Output = T> + Send {
    let mut future = Box::pin(future);
    poll_fn(move |cx| during(&DEADLINE, Some(deadline), || future.as_mut().poll(cx)))
}
