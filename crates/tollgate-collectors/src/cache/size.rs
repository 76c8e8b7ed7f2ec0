//! Gauges of a cache's size.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use metrics::Recorder;
use tollgate_families::{BoxError, Collector, Stage};

use super::metrics::{CacheMetric, CacheMetrics, MeasuredCache};

impl CacheMetrics {
    /// Returns a collector of the cache's size, in the names of these metrics.
    ///
    /// `read` returns the number of entries, and their total weight if they have one.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{collections::HashMap, future::ready, sync::{Arc, Mutex}};
    /// use tollgate_collectors::{ScrapeHooks, cache::CacheMetrics};
    ///
    /// let users = Arc::new(Mutex::new(HashMap::<u64, String>::new()));
    /// let sizes = CacheMetrics::new("users").sizes(move || {
    ///     let entries = users.lock().map_or(0, |users| users.len() as u64);
    ///     ready((entries, None))
    /// });
    /// let hooks = ScrapeHooks::new().hook("users", sizes);
    /// # let _ = hooks;
    /// ```
    pub fn sizes<F, R>(&self, mut read: F) -> impl Collector + use<F, R>
    where
        F: FnMut() -> R + Send + 'static,
        R: Future<Output = (u64, Option<u64>)> + Send + 'static,
    {
        CacheSizes {
            read: Box::new(move || Box::pin(read())),
            metrics: Arc::clone(&self.cache),
        }
    }
}

struct CacheSizes {
    read: Box<dyn FnMut() -> BoxFuture<'static, (u64, Option<u64>)> + Send>,
    metrics: Arc<MeasuredCache>,
}

impl Collector for CacheSizes {
    fn describe(&self, recorder: &dyn Recorder) {
        self.metrics.families.names.describe(recorder);
    }

    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        let (entries, weighted_size) = (self.read)().await;
        let entries = Some((CacheMetric::Entries, entries));
        let weighted_size = weighted_size.map(|size| (CacheMetric::WeightedSize, size));
        for (metric, size) in entries.into_iter().chain(weighted_size) {
            #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
            let size = size as f64;
            let label = |label| self.metrics.label(label, "");
            stage.gauge_of(&self.metrics.families.names, metric, label, size);
        }
        Ok(())
    }
}
