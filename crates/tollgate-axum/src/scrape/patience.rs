//! The time that a scrape waits for its rendering.

use std::time::Duration;

use axum::http::HeaderMap;

/// The header with the scraper's timeout in seconds, which Prometheus sends with each scrape.
const SCRAPE_TIMEOUT: &str = "x-prometheus-scrape-timeout-seconds";

/// The share of the scraper's timeout that is used, so that it gets the answer before it hangs up.
const SHARE: f64 = 0.9;

/// Returns the limit, or less if the scraper does not wait as long.
pub(super) fn patience(headers: &HeaderMap, limit: Duration) -> Duration {
    headers
        .get(SCRAPE_TIMEOUT)
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .filter(|seconds: &f64| *seconds > 0.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds * SHARE).ok())
        .map_or(limit, |scraper| scraper.min(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scraper_can_only_shorten_the_wait() {
        let limit = Duration::from_secs(10);
        for (value, seconds) in [
            ("5", 4.5),
            ("0.5", 0.45),
            ("10", 9.0),
            ("15", 10.0),
            ("1e300", 10.0),
            ("inf", 10.0),
            ("NaN", 10.0),
            ("0", 10.0),
            ("-1", 10.0),
            ("soon", 10.0),
            ("", 10.0),
        ] {
            let headers =
                HeaderMap::from_iter([(SCRAPE_TIMEOUT.parse().unwrap(), value.parse().unwrap())]);
            let expected = Duration::from_secs_f64(seconds);
            assert_eq!(patience(&headers, limit), expected, "{value:?}");
        }
        assert_eq!(patience(&HeaderMap::new(), limit), limit);
    }
}
