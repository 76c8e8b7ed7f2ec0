//! Two recorders for one test, side by side: the stock one and tollgate's.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use metrics::Recorder;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use tollgate_recorder::{Handle, Matcher, RecorderBuilder};

use crate::scrape::{Scrape, canonical_series};
use crate::tee::Tee;

/// A recorder for one test, which can read all of it at any time.
///
/// Every write goes to the stock recorder and to tollgate's, and every reading compares the two: a
/// test holds for both.
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
    recorder: Arc<Tee<PrometheusRecorder, tollgate_recorder::Recorder>>,
    stock: PrometheusHandle,
    own: Handle,
}

impl Ledger {
    /// Opens an empty ledger. Its histograms have one bucket: tests read their counts and sums.
    ///
    /// # Panics
    ///
    /// Never: one bucket is enough for both recorders.
    #[expect(
        clippy::new_without_default,
        reason = "a ledger is opened, not assumed"
    )]
    pub fn new() -> Self {
        let stock = PrometheusBuilder::new().set_buckets(&[1.0]);
        let stock = stock.expect("there is a bucket").build_recorder();
        let all = Matcher::Prefix(String::new());
        let own = RecorderBuilder::new().buckets_for(all, &[1.0]).build();
        let (recorder, own) = own.expect("there is a bucket");
        Self {
            stock: stock.handle(),
            own,
            recorder: Arc::new(Tee(stock, recorder)),
        }
    }

    /// Returns the recorder, for a layer to write to.
    pub fn recorder(&self) -> Arc<dyn Recorder + Send + Sync> {
        Arc::clone(&self.recorder) as _
    }

    /// Returns all metrics as a scrape.
    ///
    /// # Panics
    ///
    /// If the two recorders differ.
    #[track_caller]
    pub fn scrape(&self) -> Scrape {
        let (own, stock) = (self.own.render(), self.stock.render());
        assert_eq!(canonical(&own), canonical(&stock), "own, stock");
        Scrape::new(stock)
    }

    /// Returns every family with its type, such as `http_request_total counter`, sorted.
    pub fn families(&self) -> Vec<String> {
        let text = self.stock.render();
        let families = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        let mut families: Vec<String> = families.map(str::to_owned).collect();
        families.sort_unstable();
        families
    }

    /// Returns every sample, sorted, without buckets and without the sums of durations, which no
    /// test can predict.
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

/// Returns families and samples in one order and one spelling.
fn canonical(text: &str) -> Vec<String> {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let counters: HashSet<_> = types
        .filter_map(|line| line.strip_suffix(" counter"))
        .collect();
    let mut lines: Vec<_> = text
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| {
            if line.starts_with('#') {
                return line.to_owned();
            }
            let (series, value) = line.rsplit_once(' ').expect("a sample has a value");
            let mut value: f64 = value.parse().expect("a value is a number");
            if counters.contains(series.split('{').next().unwrap_or_default()) {
                // The stock recorder has whole numbers only.
                value = value.floor();
            }
            // A sum of many numbers depends on their order in its last digits.
            format!("{} {value:.9e}", canonical_series(series))
        })
        .collect();
    lines.sort_unstable();
    lines
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ledger").field(&self.samples()).finish()
    }
}
