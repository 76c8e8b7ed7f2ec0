//! The recorder of one test.

use std::fmt;
use std::sync::Arc;

use metrics::Recorder;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use crate::scrape::Scrape;

/// A recorder of a test's own, which it reads in full, as often as it likes.
///
/// # Examples
///
/// ```
/// use tests::ledger::Ledger;
///
/// let ledger = Ledger::new();
/// metrics::with_local_recorder(&ledger.recorder(), || {
///     metrics::counter!("sold_total", "item" => "tea").increment(2);
///     metrics::histogram!("brewing_seconds").record(240.0);
/// });
/// assert_eq!(ledger.samples(), ["brewing_seconds_count 1", "sold_total{item=\"tea\"} 2"]);
/// assert_eq!(ledger.families(), ["brewing_seconds histogram", "sold_total counter"]);
/// assert_eq!(ledger.scrape().sum("brewing_seconds_sum", &[]), 240.0);
/// ```
pub struct Ledger {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
}

impl Ledger {
    /// Opens an empty ledger, whose histograms have one bucket: their counts and sums matter here.
    ///
    /// # Panics
    ///
    /// Never: one bucket is enough for the exporter.
    #[expect(
        clippy::new_without_default,
        reason = "a ledger is opened, not assumed"
    )]
    pub fn new() -> Self {
        let builder = PrometheusBuilder::new().set_buckets(&[1.0]);
        let recorder = builder.expect("there is a bucket").build_recorder();
        Self {
            handle: recorder.handle(),
            recorder: Arc::new(recorder),
        }
    }

    /// What a layer writes to.
    pub fn recorder(&self) -> Arc<dyn Recorder + Send + Sync> {
        Arc::clone(&self.recorder) as _
    }

    /// All that was written, as a scrape.
    pub fn scrape(&self) -> Scrape {
        Scrape::new(self.handle.render())
    }

    /// Every family with its type, such as `http_request_total counter`, sorted.
    pub fn families(&self) -> Vec<String> {
        let text = self.handle.render();
        let families = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        let mut families: Vec<String> = families.map(str::to_owned).collect();
        families.sort_unstable();
        families
    }

    /// Every sample, sorted; without the buckets, and without the sums of times, which no test
    /// can know.
    pub fn samples(&self) -> Vec<String> {
        let scrape = self.scrape();
        let samples = scrape.samples().filter(|sample| {
            let name = sample.split(['{', ' ']).next().unwrap_or_default();
            !name.ends_with("_bucket") && !name.ends_with("_seconds_sum")
        });
        let mut samples: Vec<String> = samples.map(str::to_owned).collect();
        samples.sort_unstable();
        samples
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ledger").field(&self.samples()).finish()
    }
}
